# make run    set up .venv, build the knowledge base from corpus/policies, serve the web app
# make test   run the tests
# make check  formatting, lint, types, tests
# make test-llm   ask a small language model on this machine over 100 questions (opt-in: compiles llama.cpp first)
# make lock   write the pinned versions anew from pyproject.toml

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: run test test-llm check lint lock clean

run: .venv/run.stamp
	@$(BIN)/policykb serve

# three at once keep two cores busy, for a browser waits for its server; each computes on one core
test: .venv/dev.stamp
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-llm: .venv/dev.stamp .venv-llm/stamp
	@POLICYKB_TEST_LLM_PYTHON=.venv-llm/bin/python $(BIN)/python -m pytest tests/llm

lint: .venv/dev.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

check: lint test

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更新版本，当前是 " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	@echo "正在安装依赖（首次约需几分钟）……"
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	@touch $@

# Without llama.cpp's part for pictures, which takes a third of the compiler's time.
.venv-llm/stamp: .venv/bin/python requirements-llm.lock
	@echo "正在安装本地小模型，并编译 llama.cpp（约需一刻钟）……"
	@$(PYTHON) -m venv .venv-llm
	@CMAKE_ARGS=-DLLAVA_BUILD=OFF .venv-llm/bin/pip install --quiet --disable-pip-version-check --requirement requirements-llm.lock
	@touch $@

# Resolved by pip in a fresh environment. Local version parts (torch 2.13.0+cpu) are dropped: the plain version
# is satisfied by any build of that release.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --editable . 'setuptools>=77'
	build/lock/bin/pip freeze --all --exclude-editable --exclude pip | sed 's/+cpu$$//' > requirements.lock
	build/lock/bin/pip install --quiet --editable '.[dev]'
	build/lock/bin/pip freeze --all --exclude-editable --exclude pip | sed 's/+cpu$$//' \
		| grep -vxFf requirements.lock > requirements-dev.lock
	rm -rf build/lock

clean:
	rm -rf .venv .venv-llm .policykb build out
