"""``python -m eval``: run the benchmark on its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus import PolicyKBError, UsageError
from eval.benchmark import progress_bar, run_eval
from eval.gates import check_gates, load_gates, show_share
from kb.settings import load_settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code: 0, 1 on a failure or a missed gate, 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m eval", description="用题集评测知识库，写出指标、答案和报告。"
    )
    parser.add_argument(
        "--qa", type=Path, help="题集：.jsonl 文件或装有这类文件的文件夹；默认用自带的 eval/qa"
    )
    parser.add_argument("--out", type=Path, default=Path("out/eval"), help="结果文件夹，默认 out/eval")
    parser.add_argument("--home", type=Path, help="知识库文件夹，默认取 POLICYKB_HOME 或 .policykb")
    parser.add_argument(
        "--gates", action=argparse.BooleanOptionalAction, default=False, help="有门槛未达到时以 1 退出"
    )
    given = parser.parse_args(argv)
    try:
        settings = load_settings(home=given.home)
        with progress_bar() as progress:
            result = run_eval(given.qa, given.out, settings, progress)
        failed = check_gates(result, load_gates())
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, UsageError) else 1
    whole = result.overall
    sys.stderr.write(
        f"{whole.count} 题，全对 {whole.passed} 题（{show_share(whole.passed_share.value)}）。"
        f"报告：{given.out / 'report.html'}\n"
    )
    for line in failed:
        sys.stderr.write(f"未达门槛：{line}\n")
    return 1 if failed and given.gates else 0


if __name__ == "__main__":
    sys.exit(main())
