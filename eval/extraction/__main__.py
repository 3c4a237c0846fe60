"""``python -m eval.extraction``: how well grants are found in the labelled clauses of a folder of documents."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus import PolicyKBError, UsageError
from eval.benchmark import progress_bar
from eval.errors import write_json
from eval.extraction.labels import DEV, HELD_OUT, LABELS, read_labels
from eval.extraction.render import as_json, show
from eval.extraction.run import judge, policies_of
from eval.extraction.scores import Scores

SETS = {DEV: "dev", HELD_OUT: "held-out"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code: 0, 1 on a failure, 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.extraction", description="评测从条款里提取支持措施：与人工标注对照。"
    )
    parser.add_argument("--data", type=Path, required=True, help="资料文件夹，或其中的 policies/")
    parser.add_argument("--json", type=Path, help="把结果另存为 JSON 文件")
    parser.add_argument("--set", choices=tuple(SETS), action="append", help="只评一组标注；默认两组都评")
    given = parser.parse_args(argv)
    try:
        folder = policies_of(given.data)
        scores: dict[str, Scores] = {}
        for name in given.set or SETS:
            with progress_bar() as progress:
                judged = judge(list(read_labels(LABELS / f"{name}.jsonl")), folder, progress)
                scores[SETS[name]] = sum((one.scores for one in judged), Scores())
        if given.json:
            write_json(given.json, as_json(scores))
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, UsageError) else 1
    from rich.console import Console

    show(Console(), scores)
    return 0


if __name__ == "__main__":
    sys.exit(main())
