"""``python -m eval.segmentation``: how well clauses are found in a folder of documents."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus import PolicyKBError, UsageError
from eval.benchmark import progress_bar
from eval.errors import write_json
from eval.segmentation.index import read_index
from eval.segmentation.mistakes import mistakes
from eval.segmentation.render import as_json, show
from eval.segmentation.run import data_files, evaluate
from eval.segmentation.truth import ARTICLES, DEV, HEADINGS, PARAGRAPHS
from eval.segmentation.twins import compare_files, find_twins


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code: 0, 1 on a failure, 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.segmentation", description="评测条款切分：与人工标注和两种常见做法对照。"
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="资料文件夹，内有 policies/、files/ 和 truth/"
    )
    parser.add_argument("--json", type=Path, help="把全部结果另存为 JSON 文件")
    parser.add_argument(
        "--mistakes", action="store_true", help="列出错处（dev 标注、条文、网页标题、段落；不含 exam）"
    )
    given = parser.parse_args(argv)
    try:
        with progress_bar() as progress:
            results = list(evaluate(given.data, progress))
        twins = [compare_files(*pair) for pair in find_twins(data_files(given.data))]
        readings = read_index(given.data)
        wrong = list(mistakes(results, (DEV, ARTICLES, HEADINGS, PARAGRAPHS))) if given.mistakes else []
        if given.json:
            write_json(given.json, as_json(results, twins, readings, wrong))
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, UsageError) else 1
    from rich.console import Console

    show(Console(), results, twins, readings, wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
