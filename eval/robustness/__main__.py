"""``python -m eval.robustness``: the suites alone, as a table; what changed goes to stdout as JSON Lines."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus import PolicyKBError
from eval.benchmark import opened, progress_bar
from eval.console import few_line, suite_line
from eval.gates import load_gates
from eval.qa_set import DEFAULT_QA, load_qa
from eval.robustness.run import are_enough, outcomes_json, run_suites
from eval.robustness.suites import SUITES, spread
from eval.run import evaluate
from kb.settings import load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 where a suite falls short or something fails."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.robustness", description="把题目换几种写法再问，看状态和金额变不变。"
    )
    parser.add_argument("--qa", type=Path, default=DEFAULT_QA, help="题集，默认自带题集")
    parser.add_argument("--home", type=Path, help="知识库文件夹")
    parser.add_argument("--sample", type=int, help="只取这么多题（按题型均匀取），默认全部")
    parser.add_argument(
        "--suite", choices=[suite.name for suite in SUITES], action="append", help="只跑这一组，可重复"
    )
    given = parser.parse_args(arguments)
    suites = [suite for suite in SUITES if not given.suite or suite.name in given.suite]
    try:
        items = spread(load_qa(given.qa), given.sample)
        with opened(load_settings(home=given.home)) as it, progress_bar() as progress:
            clean = evaluate(items, it.ask, progress, clause_text=it.clause_text)
            outcomes = run_suites(clean.records, it.ask, it.clause_text, suites=suites, progress=progress)
        least = load_gates()["robustness"]
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, found in outcomes_json(outcomes).items():
        for line in found["changed"]:
            print(json.dumps({"suite": name} | line, ensure_ascii=False))
    enough = are_enough(outcomes)
    missed = [outcome for outcome in outcomes if enough and not outcome.holds(least)]
    for outcome in outcomes:
        sys.stderr.write(f"{suite_line(outcome)}{'  未达门槛' if outcome in missed else ''}\n")
    if not enough:
        sys.stderr.write(f"{few_line(outcomes)}\n")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
