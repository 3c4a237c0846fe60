"""Training with the trainer of sentence-transformers: the one place of this package that runs a model to change it."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus import UsageError
from kb.train.batches import plan_batches
from kb.train.pairs import Pair
from kb.train.student import freeze, shorten

log = logging.getLogger(__name__)

Report = Callable[[int, int], None]

_EXTRA = ("datasets", "accelerate")
_CACHED_FROM = 129  # pairs a batch from which gradients are cached, so that memory does not grow with it
_RUN_FILE = "run.json"
_CHECKPOINTS_KEPT = 2


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        base: folder or hub name of the model to start from.
        epochs: times through the pairs.
        steps: batches in all, 0 for as many as the epochs have.
        batch: pairs a batch.
        rate: highest learning rate, reached after a tenth of the steps and falling to 0 from there.
        max_length: tokens beyond which texts are cut while training.
        layers: layers of a student that learns to give the vectors of the base, 0 to train the base itself.
        freeze_layers: so many of the lowest layers, and the word embeddings, stay as they are.
        scale: what cosines are multiplied by in the loss, one over its temperature.
        kept: share of the base in the weights of the result, which lie between both; of no effect on a student.
        seed: of everything drawn by chance.
    """

    base: str
    epochs: int = 1
    steps: int = 0
    batch: int = 64
    rate: float = 2e-5
    max_length: int = 128
    layers: int = 0
    freeze_layers: int = 0
    scale: float = 50.0
    kept: float = 0.5
    seed: int = 0


def need_extra() -> None:
    """Say so if what training needs is not installed.

    Raises:
        UsageError: a package of the extra is missing.
    """
    if missing := [name for name in _EXTRA if find_spec(name) is None]:
        raise UsageError(f'训练需要 {"、".join(missing)}，尚未安装；请先运行 pip install "policykb[train]"。')


def open_model(source: str) -> Any:
    """The model to start from, from disk only where ``source`` is a folder; on a GPU if there is one.

    Raises:
        KnowledgeBaseError: it cannot be loaded.
    """
    from kb.models import load_model

    return load_model(source, "向量模型", "--base", _make)


def _make(source: str, local: bool) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(source, local_files_only=local)


def train(recipe: Recipe, pairs: Sequence[Pair], work: Path, report: Report | None = None) -> Any:
    """Train a model on pairs; an interrupted run with the same recipe and pairs goes on from its last checkpoint.

    Args:
        recipe: how.
        pairs: what to learn.
        work: folder for checkpoints, which the caller removes when all is done.
        report: told how many of how many steps are done.

    Returns:
        The trained sentence-transformers model.

    Raises:
        UsageError: too few pairs for a batch, the recipe does not fit the model, or ``work`` is of another run.
        KnowledgeBaseError: the model cannot be loaded.
    """
    need_extra()
    batches = plan_batches(pairs, recipe.batch, recipe.seed)
    if not batches or len(batches[0]) < 2:
        raise UsageError(f"只能做出 {len(pairs)} 组训练样本，不足以训练；请提供更多文件。")
    digest = _digest(recipe, pairs)
    is_begun = _is_begun(work, digest)
    import torch
    from transformers import PrinterCallback, set_seed

    set_seed(recipe.seed)
    model = open_model(recipe.base)
    whole = model.max_seq_length
    columns = {"query": [pair.query for pair in pairs], "passage": [pair.passage for pair in pairs]}
    if recipe.layers:
        columns["label"] = _teach(model, columns)
        shorten(model, recipe.layers)
    freeze(model, recipe.freeze_layers)
    model.max_seq_length = min(recipe.max_length, whole or recipe.max_length)
    from datasets import Dataset

    trainer = _trainer_class(batches)(
        model=model,
        args=_arguments(recipe, model, len(batches), work),
        train_dataset=Dataset.from_dict(columns),
        loss=_loss(recipe, model),
        callbacks=[_reporter(report)] if report else [],
    )
    trainer.remove_callback(PrinterCallback)  # stdout is for the result
    work.mkdir(parents=True, exist_ok=True)
    (work / _RUN_FILE).write_text(json.dumps(digest), encoding="utf-8")
    trainer.train(resume_from_checkpoint=is_begun)
    model.max_seq_length = whole
    model.to(torch.device("cpu"))
    if recipe.kept and not recipe.layers:
        _mix(model, open_model(recipe.base).to(torch.device("cpu")), recipe.kept)
    return model.eval()


def _mix(model: Any, base: Any, kept: float) -> None:
    """Move the weights of a model towards those it started from (WiSE-FT, Wortsman et al. 2022).

    What is learnt from a corpus costs some of what the base knew of others; halfway most of the gain is there, and
    most of the knowledge.
    """
    import torch

    before = base.state_dict()
    with torch.no_grad():
        for name, weight in model.state_dict().items():
            if weight.is_floating_point():
                weight.lerp_(before[name].to(weight.dtype), kept)


def _digest(recipe: Recipe, pairs: Sequence[Pair]) -> str:
    return hashlib.sha256(json.dumps([asdict(recipe), *map(asdict, pairs)]).encode()).hexdigest()


def _is_begun(work: Path, digest: str) -> bool:
    """Whether the folder holds a checkpoint of this run.

    Raises:
        UsageError: it holds one of another run.
    """
    if not any(work.glob("checkpoint-*/trainer_state.json")):
        return False
    file = work / _RUN_FILE
    if not file.exists() or json.loads(file.read_text(encoding="utf-8")) != digest:
        raise UsageError(
            f"{work}：这里有另一次未完成的训练（参数或文本不同）；请删除它，或用 --out 换一个文件夹。"
        )
    return True


def _arguments(recipe: Recipe, model: Any, batches: int, work: Path) -> Any:
    import torch
    from sentence_transformers import SentenceTransformerTrainingArguments

    every = max(1, min(200, (recipe.steps or batches * recipe.epochs) // 5))
    return SentenceTransformerTrainingArguments(
        output_dir=str(work),
        num_train_epochs=recipe.epochs,
        max_steps=recipe.steps or -1,
        per_device_train_batch_size=recipe.batch,
        learning_rate=recipe.rate,
        warmup_steps=0.1,  # a share of all
        weight_decay=0.01,
        prompts=_prompts(model),
        save_steps=every,
        save_total_limit=_CHECKPOINTS_KEPT,
        logging_steps=every,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
        bf16=torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        seed=recipe.seed,
        data_seed=recipe.seed,
    )


def _prompts(model: Any) -> dict[str, str]:
    """What ``encode_query`` and ``encode_document`` put before a text, by column."""
    prompts = model.prompts or {}
    passage = next((prompts[name] for name in ("document", "passage", "corpus") if name in prompts), "")
    return {"query": prompts.get("query", ""), "passage": passage}


def _loss(recipe: Recipe, model: Any) -> Any:
    from sentence_transformers.sentence_transformer import losses

    if recipe.layers:
        return losses.EmbedDistillLoss(model, distance_metric="cosine")
    if recipe.batch >= _CACHED_FROM:
        return losses.CachedMultipleNegativesRankingLoss(model, scale=recipe.scale, mini_batch_size=64)
    return losses.MultipleNegativesRankingLoss(model, scale=recipe.scale)


def _teach(teacher: Any, columns: dict[str, Any]) -> Any:
    """The teacher's vectors of each pair, shape (n, 2, d), as lists."""
    import numpy as np

    texts = {"show_progress_bar": False, "batch_size": 32}
    queries = teacher.encode_query(columns["query"], **texts)
    passages = teacher.encode_document(columns["passage"], **texts)
    return list(np.stack([queries, passages], axis=1))


def _trainer_class(batches: list[list[int]]) -> Any:
    """The library's trainer, but with the planned batches, in another order each epoch."""
    import torch
    from sentence_transformers import SentenceTransformerTrainer
    from sentence_transformers.base.sampler import DefaultBatchSampler

    class Planned(DefaultBatchSampler):  # type: ignore[misc]
        def __iter__(self) -> Iterator[list[int]]:
            dice = torch.Generator().manual_seed(self.seed + self.epoch)
            for n in torch.randperm(len(batches), generator=dice).tolist():
                yield batches[n]

        def __len__(self) -> int:
            return len(batches)

    class Trainer(SentenceTransformerTrainer):  # type: ignore[misc]
        def get_batch_sampler(self, dataset: Any, batch_size: int, drop_last: bool, **given: Any) -> Any:
            return Planned(dataset, batch_size=batch_size, drop_last=drop_last, **given)

        def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
            """No card: it would quote the texts that are learnt from."""

    return Trainer


def _reporter(report: Report) -> Any:
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            report(state.global_step, state.max_steps)

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if logs and "loss" in logs:
                log.info("第 %d 步：损失 %.4f", state.global_step, logs["loss"])

    return Reporter()


def clean_up(work: Path) -> None:
    """Remove the checkpoints of a run that is done."""
    shutil.rmtree(work, ignore_errors=True)
