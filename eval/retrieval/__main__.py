"""``python -m eval.retrieval --data DIR``: how well questions find the clause that answers them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from corpus import PolicyKBError, UsageError
from eval.errors import EvalFileError
from eval.qa_set import DEFAULT_QA, load_qa
from eval.retrieval.outcome import Outcome
from eval.retrieval.render import show
from eval.retrieval.run import run
from eval.retrieval.vectors import CachedEmbedder
from kb.embedding import Embedder, SentenceTransformerEmbedder
from kb.ranking import FILE
from kb.settings import BUNDLED_POLICIES, load_settings


def main(argv: Sequence[str] | None = None, embedder: Embedder | None = None) -> int:
    """Run from the command line; the exit code: 0, 1 on a failure, 2 on wrong usage.

    Args:
        argv: arguments, those of the process where not given.
        embedder: used in place of the model the settings name.
    """
    given = _parser().parse_args(argv)
    try:
        settings = load_settings(embedding_model=given.model)
        inner = embedder or SentenceTransformerEmbedder(settings.embedding_model, settings.embedding_batch)
        cached = CachedEmbedder(inner, given.cache)
        own = None if given.quick else (BUNDLED_POLICIES, load_qa(DEFAULT_QA))
        try:
            outcome = run(given.data, cached, _tell, own=own, save_to=FILE if given.fit else None)
        finally:
            cached.save()
        if given.out:
            _write(outcome, given.out)
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, UsageError) else 1
    from rich.console import Console

    show(Console(), outcome)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.retrieval",
        description="评测检索：与两种常见的 LangChain 做法对照，并检验得分是否可信、名称能否找到自己。",
    )
    parser.add_argument("--data", type=Path, required=True, help="资料文件夹，内有 policies/ 和 qa/")
    parser.add_argument("--cache", type=Path, help="把向量留在此文件夹，下次不必重算")
    parser.add_argument("--out", type=Path, help="把全部结果另存为 JSON 文件")
    parser.add_argument("--model", help="向量模型，默认用设置里的")
    parser.add_argument("--fit", action="store_true", help="在全部题上拟合权重，写入 kb/ranking.yaml")
    parser.add_argument("--quick", action="store_true", help="只比排序和把握，不测理解问题、自带的题和自查")
    return parser


def _write(outcome: Outcome, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TypeAdapter(Outcome).dump_json(outcome, indent=1))
    except OSError as error:
        raise EvalFileError(f"{path} 写不进去（{error.strerror}），请换一个位置。") from error


def _tell(what: str) -> None:
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
