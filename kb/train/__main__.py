"""``python -m kb.train``: adapt an embedding model to texts of one's own."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus import PolicyKBError, UsageError
from kb.settings import load_settings
from kb.train.adapt import Progress, adapt, report
from kb.train.material import Wishes, prepare
from kb.train.pairs import PairKind
from kb.train.questions import Question, read_questions
from kb.train.texts import Texts, of_documents, read_texts
from kb.train.trainer import Recipe, need_extra


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code: 0, 1 on a failure, 2 on wrong usage."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    given = _parser().parse_args(argv)
    try:
        need_extra()
        recipe = _recipe(given)
        wishes = Wishes(_kinds(given.kinds), given.held_apart, given.seed)
        with _bar() as progress:
            texts = _texts(given, progress)
            material = prepare(texts, wishes, _questions(given.questions), _questions(given.test_questions))
            sys.stderr.write(
                f"{len(texts.units)} 条条款，{len(material.pairs)} 组训练样本，留出 {len(material.apart)} 份文件。\n"
            )
            half = given.precision == "float16"
            found = adapt(recipe, material, given.out, half=half, progress=progress)
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        sys.stderr.write("已中断；用同样的参数再次运行，会从最近的存档继续。\n")
        return 1
    sys.stdout.write(report(found, given.out, is_student=bool(given.layers)) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kb.train",
        description="用自己的政策文本训练向量模型；有 GPU 时自动使用，中断后用同样的参数运行会接着训练。",
    )
    parser.add_argument(
        "texts", nargs="*", type=Path, metavar="TEXTS",
        help='政策文件或文件夹；也可给 .jsonl(.gz)，每行 {"document", "heading", "text"}',
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="写入训练好的模型的文件夹，须不存在或为空")
    parser.add_argument("--home", type=Path, help="用这个知识库里的文件训练")
    parser.add_argument(
        "--base", help="起点模型：文件夹或模型名；默认取 POLICYKB_EMBEDDING_MODEL，即随附模型"
    )
    parser.add_argument(
        "--questions", type=Path, action="append", default=[], metavar="FILE",
        help='题集（可重复），每行 {"question", "clauses"} 或 {"file", "question", "context"}',
    )  # fmt: skip
    parser.add_argument(
        "--test-questions", type=Path, action="append", default=[], metavar="FILE",
        help="只用来评测的题集（可重复）；所涉及的文件全部留出，不参与训练",
    )  # fmt: skip
    parser.add_argument(
        "--kinds", nargs="+", default=[kind.value for kind in PairKind], metavar="KIND[:N]",
        help=f"训练样本的种类，可限定数量，如 asked:3000；默认全部：{' '.join(PairKind)}",
    )  # fmt: skip
    parser.add_argument("--held-apart", type=float, default=0.1, help="留出评测的文件占比，默认 0.1")
    parser.add_argument("--epochs", type=int, default=1, help="遍数，默认 1")
    parser.add_argument("--steps", type=int, default=0, help="总步数，给出时代替遍数")
    parser.add_argument("--batch", type=int, default=64, help="每批样本数，默认 64")
    parser.add_argument("--lr", type=float, default=2e-5, help="学习率，默认 2e-5")
    parser.add_argument("--max-length", type=int, default=128, help="训练时每段最多词元数，默认 128")
    parser.add_argument("--layers", type=int, default=0, help="得到只有这么多层的小模型（向起点模型蒸馏）")
    parser.add_argument("--freeze-layers", type=int, default=0, help="词嵌入和最低的这么多层不动，训练更快")
    parser.add_argument("--scale", type=float, default=50.0, help="损失中余弦的倍数（温度的倒数），默认 50")
    parser.add_argument(
        "--kept", type=float, default=0.5, help="结果中保留起点模型权重的比例，0 为全用训练后的权重，默认 0.5"
    )
    parser.add_argument("--seed", type=int, default=0, help="随机种子，默认 0")
    parser.add_argument(
        "--precision", choices=["float16", "float32"], default="float16", help="保存的精度，默认 float16"
    )
    return parser


def _recipe(given: argparse.Namespace) -> Recipe:
    """The recipe of the options.

    Raises:
        UsageError: a number is out of range.
    """
    least = {"epochs": 1, "batch": 2, "max_length": 8, "steps": 0, "layers": 0, "freeze_layers": 0}
    for name, limit in least.items():
        if getattr(given, name) < limit:
            raise UsageError(f"--{name.replace('_', '-')} {getattr(given, name)} 不可用，至少为 {limit}。")
    if given.lr <= 0 or given.scale <= 0:
        raise UsageError("--lr 和 --scale 须大于 0。")
    for name in ("held_apart", "kept"):
        if not 0 <= getattr(given, name) < 1:
            raise UsageError(
                f"--{name.replace('_', '-')} {getattr(given, name)} 不可用，须在 0 到 1 之间（不含 1）。"
            )
    return Recipe(
        base=given.base or load_settings().embedding_model,
        epochs=given.epochs,
        steps=given.steps,
        batch=given.batch,
        rate=given.lr,
        max_length=given.max_length,
        layers=given.layers,
        freeze_layers=given.freeze_layers,
        scale=given.scale,
        kept=given.kept,
        seed=given.seed,
    )


def _kinds(given: Sequence[str]) -> dict[PairKind, int]:
    """Kinds of pairs with how many of each.

    >>> _kinds(["asked:300", "title"])
    {<PairKind.ASKED: 'asked'>: 300, <PairKind.TITLE: 'title'>: 0}

    Raises:
        UsageError: an unknown kind, or no number behind the colon.
    """
    kinds = {}
    for one in given:
        name, colon, most = one.partition(":")
        if name not in set(PairKind) or (colon and not most.isdecimal()):
            raise UsageError(f"--kinds {one} 不可用，可选：{'、'.join(PairKind)}，数量写作 asked:3000。")
        kinds[PairKind(name)] = int(most or 0)
    return kinds


def _texts(given: argparse.Namespace, progress: Progress) -> Texts:
    if not given.texts and given.home is None:
        raise UsageError("没有给出文本：请写出政策文件或文件夹，或用 --home 指定知识库。")
    read = read_texts(given.texts, lambda done, total: progress("读文件", done, total))
    if given.home is None:
        return read
    from kb.knowledge_base import KnowledgeBase

    with KnowledgeBase(load_settings(home=given.home)) as base:
        documents = {document.id: document for document in (*read.documents, *base.documents())}
    kept = of_documents(documents.values())
    cut = [unit for unit in read.units if unit.document not in documents]
    return Texts(kept.documents, (*kept.units, *cut))


def _questions(files: Sequence[Path]) -> list[Question]:
    return [question for file in files for question in read_questions(file)]


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar on stderr, one line a stage."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True))
    tasks: dict[str, object] = {}
    try:

        def show(stage: str, done: int, total: int) -> None:
            bar.start()  # not before: an error at the start is one line and nothing else
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield show
    finally:
        if bar.live.is_started:
            bar.stop()


if __name__ == "__main__":
    sys.exit(main())
