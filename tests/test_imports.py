"""The house holds: imports go one way, and importing costs nothing."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ("corpus", "ingest", "kb", "chat", "eval", "app")
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "chromadb",
    "gradio",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langgraph",
    "openai",
)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): path
    for folder in ORDER
    for path in [*sorted((ROOT / folder).rglob("*.py")), *ROOT.glob(f"{folder}.py")]
}


def imported(tree: ast.AST, own: str) -> set[str]:
    """Modules of ours that a tree imports, at any depth."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name in MODULES and name != own}


def at_import(path: Path) -> ast.Module:
    """A module without function bodies and ``if TYPE_CHECKING``: what runs when it is imported."""

    class Strip(ast.NodeTransformer):
        def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
            return None

        visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]  # noqa: N815

        def visit_If(self, node: ast.If) -> ast.AST | None:
            return None if "TYPE_CHECKING" in ast.unparse(node.test) else self.generic_visit(node)

    tree = Strip().visit(ast.parse(path.read_text("utf-8")))
    assert isinstance(tree, ast.Module)
    return tree


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_go_one_way(name: str) -> None:
    rank = ORDER.index(name.partition(".")[0])
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    for other in imported(tree, name):
        assert ORDER.index(other.split(".")[0]) <= rank, f"{name} imports {other}"


def test_no_import_cycles() -> None:
    graph = {name: imported(at_import(path), name) for name, path in MODULES.items()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in graph[name] - {name.partition(".")[0]}:  # a package stands before its modules
                walk(other, (*trail, name))
            done.add(name)

    for name in graph:
        walk(name, ())


WATCH = """
import importlib, json, os, sys
opened, made = [], []
def watch(event, values):
    if event == "open" and isinstance(values[0], (str, bytes)):
        opened.append(os.fsdecode(values[0]))
    elif event in ("os.mkdir", "os.rename", "sqlite3.connect", "socket.connect"):
        made.append(event)
sys.addaudithook(watch)
importlib.import_module(sys.argv[1])
root = sys.argv[2] + os.sep
theirs = (".venv", ".egg-info")  # pydantic looks for its plugins in what is installed
ours = [name for name in opened if os.path.abspath(name).startswith(root) and not any(part in name for part in theirs)]
print(json.dumps({"modules": list(sys.modules), "made": made,
                  "opened": [name for name in ours if not name.endswith((".py", ".pyc", ".pyi"))]}))
"""


@pytest.mark.parametrize(
    "package", [*ORDER, "chat.assistant", "chat.page.server", "chat.command.verbs", "kb.knowledge_base"]
)
def test_importing_loads_opens_and_makes_nothing(package: str, tmp_path: Path) -> None:
    command = [sys.executable, "-B", "-c", WATCH, package, str(ROOT)]
    run = subprocess.run(
        command,
        capture_output=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
    )
    seen = json.loads(run.stdout)
    assert not {name.split(".")[0] for name in seen["modules"]} & set(HEAVY)
    assert seen["opened"] == [] and seen["made"] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["--help"], ["ask", "--help"], ["serve", "--help"], ["docs", "--help"]]
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = "import sys, app; app.main(sys.argv[1:]); print('\\n' + ' '.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, cwd=ROOT, check=True, encoding="utf-8"
    )
    loaded = {name.split(".")[0] for name in run.stdout.splitlines()[-1].split()}
    assert not loaded & {*HEAVY, "numpy", "jieba", "uvicorn", "plotly", "kb", "chat", "eval"}
    assert "用法：policykb" in run.stdout
