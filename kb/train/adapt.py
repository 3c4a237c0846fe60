"""One run from texts to a folder: judge the base, train, save, judge the result, say what came of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus import UsageError
from kb.build_model import write_json
from kb.embedding import SentenceTransformerEmbedder
from kb.train.evaluation import EvalSet, Gain, Quality, Ranks, gain, rank_all, show
from kb.train.material import Material
from kb.train.trainer import Recipe, clean_up, need_extra, train

Progress = Callable[[str, int, int], None]

_NO_WORSE = 0.02  # of MRR@10; a student that may have lost more than this is not as good

_CARD = """# {name}

由 `python -m kb.train` 在自有文本上训练，以 {base} 为基础（其许可证继续适用）。

使用：设置 `POLICYKB_EMBEDDING_MODEL` 为本文件夹，再运行 `policykb ingest --rebuild`。
提示词与基础模型相同；参数与评测结果见 training.json。
"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One set, judged before and after."""

    name: str
    questions: int
    passages: int
    before: Quality
    after: Quality
    gain: Gain


def adapt(
    recipe: Recipe, material: Material, out: Path, *, half: bool = True, progress: Progress | None = None
) -> list[Judgement]:
    """Train a model on what was prepared and write it to ``out``, which must not be there yet.

    Checkpoints lie beside it until all is done; called again with the same arguments, training goes on from them.

    Raises:
        UsageError: ``out`` is there, a package is missing, or there is too little to learn from.
        KnowledgeBaseError: the model cannot be loaded.
    """
    from kb.train.saving import save

    need_extra()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}：已存在且不是空文件夹，请用 --out 换一个。")
    if len(material.pairs) < recipe.batch:
        raise UsageError(
            f"只做出 {len(material.pairs)} 组训练样本，不够一批（{recipe.batch} 组）；请提供更多文件，或调小 --batch。"
        )
    tell = progress or (lambda *_: None)
    before = [_judge(recipe.base, judged, "评测（训练前）", tell) for judged in material.judged]
    work = out.with_name(f"{out.name}.checkpoints")
    model = train(recipe, material.pairs, work, lambda done, total: tell("训练", done, total))
    making = work / "finished"
    shutil.rmtree(making, ignore_errors=True)
    save(model, making, half)
    after = [_judge(str(making), judged, "评测（训练后）", tell) for judged in material.judged]
    found = [_compare(*both) for both in zip(material.judged, before, after, strict=True)]
    _describe(making, out.name, recipe, material, found)
    if out.exists():
        out.rmdir()
    making.rename(out)
    clean_up(work)
    return found


def _judge(model: str, judged: EvalSet, stage: str, tell: Progress) -> Ranks:
    embedder = SentenceTransformerEmbedder(model)
    return rank_all(embedder, judged, lambda done, total: tell(stage, done, total))


def _compare(judged: EvalSet, before: Ranks, after: Ranks) -> Judgement:
    return Judgement(
        judged.name,
        len(judged.queries),
        len(judged.passages),
        Quality.of(before),
        Quality.of(after),
        gain(before, after),
    )


def _describe(
    folder: Path, name: str, recipe: Recipe, material: Material, found: Sequence[Judgement]
) -> None:
    """What the folder is and how it came about; licences of the base go with it."""
    base = Path(recipe.base)
    for licence in base.glob("LICENSE*") if base.is_dir() else ():
        shutil.copyfile(licence, folder / licence.name)
    shown = asdict(recipe) | {"base": base.name if base.is_dir() else recipe.base}
    (folder / "README.md").write_text(_CARD.format(name=name, base=shown["base"]), encoding="utf-8")
    kinds = [pair.kind for pair in material.pairs]
    write_json(
        folder / "training.json",
        {
            "recipe": shown,
            "pairs": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
            "documents_held_apart": len(material.apart),
            "judged": [asdict(judgement) for judgement in found],
        },
    )


def report(found: Sequence[Judgement], out: Path, *, is_student: bool = False) -> str:
    """What came of it, in lines for the user: the figures, whether the gain is beyond noise, and what to do."""
    lines = []
    for one in found:
        lines += [
            f"{one.name}：{one.questions} 题，在 {one.passages} 段中检索",
            f"  训练前  {show(one.before)}",
            f"  训练后  {show(one.after)}",
            f"  MRR@10 变化 {one.gain.mean:+.4f}（95% 区间 {one.gain.low:+.4f} 至 {one.gain.high:+.4f}）："
            f"{_in_words(one.gain)}",
        ]
    lines.append(_advice(found, out, is_student))
    return "\n".join(lines)


def _in_words(change: Gain) -> str:
    if change.is_beyond_noise:
        return "提高，超出误差"
    return "下降，超出误差" if change.is_loss else "在误差之内，不能说有变化"


def _advice(found: Sequence[Judgement], out: Path, is_student: bool) -> str:
    use = f"设置 POLICYKB_EMBEDDING_MODEL={out}，再运行 policykb ingest --rebuild"
    if not found:
        return f"没有留出文件，无法判断好坏；要试用：{use}。"
    if any(one.gain.is_loss for one in found):
        return f"建议不换用：有的题变差，且超出误差。模型仍写在 {out}。"
    if any(one.gain.is_beyond_noise for one in found):
        return f"可以换用：{use}。"
    if is_student and all(one.gain.low > -_NO_WORSE for one in found):
        return f"层数减少，MRR@10 的下降不超过 {_NO_WORSE}，入库更快，可以换用：{use}。"
    return f"建议不换用：未见超出误差的提高。模型仍写在 {out}。"
