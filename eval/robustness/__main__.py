"""``python -m eval.robustness``: the suites alone, as a table; what changed goes to stdout as JSON Lines."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus import PolicyKBError
from eval.benchmark import opened, progress_bar
from eval.gates import load_gates, show_share
from eval.qa_set import DEFAULT_QA, load_qa
from eval.robustness.run import Outcome, outcomes_json, run_suites
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
    for outcome in outcomes:
        sys.stderr.write(f"{_line(outcome)}{'' if outcome.holds(least) else '  未达门槛'}\n")
    return int(not all(outcome.holds(least) for outcome in outcomes))


def _line(outcome: Outcome) -> str:
    count = outcome.count or 1
    return (
        f"{outcome.suite.label}：{outcome.count} 题，状态和金额不变 {show_share(outcome.unchanged_share)}，"
        f"全对 {show_share(outcome.passed_after / count)}（原题 {show_share(outcome.passed_before / count)}）"
    )


if __name__ == "__main__":
    sys.exit(main())
