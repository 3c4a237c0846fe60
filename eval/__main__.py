"""``python -m eval``: run the benchmark on its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus import PolicyKBError, UsageError
from eval.benchmark import progress_bar, run_eval
from eval.console import run_lines
from eval.gates import check_gates, load_gates
from eval.outcome import More
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
    parser.add_argument("--compare", type=Path, metavar="DIR", help="以前一次评测的结果文件夹，逐题比较")
    parser.add_argument("--robustness", action="store_true", help="再用七种写法问一遍，看状态和金额变不变")
    parser.add_argument("--sample", type=int, metavar="N", help="换写法时只取这么多题，默认全部")
    parser.add_argument("--extractive", action="store_true", help="设了 POLICYKB_LLM 也只用原文引擎回答")
    parser.add_argument(
        "--judge", action="store_true", help="让 POLICYKB_LLM 的语言模型给第二意见，不影响门槛"
    )
    parser.add_argument("--latency", action="store_true", help="把回答用时与单独向量化问题的用时并列测量")
    given = parser.parse_args(argv)
    more = More(given.compare, given.robustness, given.sample, given.judge, given.latency, given.extractive)
    try:
        settings = load_settings(home=given.home)
        with progress_bar() as progress:
            benchmark = run_eval(given.qa, given.out, settings, progress, more)
        gates = load_gates()
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, UsageError) else 1
    sys.stderr.writelines(f"{line}\n" for line in run_lines(benchmark, gates, given.out))
    return 1 if given.gates and check_gates(benchmark, gates) else 0


if __name__ == "__main__":
    sys.exit(main())
