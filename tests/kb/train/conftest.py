"""A tiny model and made-up policies, for tests of training."""

from __future__ import annotations

from pathlib import Path

import pytest

MATTERS = ("研发投入", "临床试验", "人才引进", "厂房租金", "贷款贴息", "首台装备")


def policy(n: int) -> str:
    """A policy whose clauses have headings, several sentences and figures; ``n`` makes each different."""
    clauses = [
        f"{'一二三四五六七八'[m]}、{matter}支持措施。对开展第{n}类{matter}的企业，给予最高{n + 1}{m}0万元补助。"
        f"市科技局负责第{n}类{matter}的审核。申请{matter}补助的单位不得重复申报第{n}类项目。"
        for m, matter in enumerate(MATTERS)
    ]
    return f"试科字〔2024〕{n}号\n关于支持第{n}类产业发展的若干措施\n" + "\n".join(clauses) + "\n"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with eight policies."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(1, 9):
        (folder / f"{n}.txt").write_text(policy(n), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of 2 layers and 32 dimensions, random, that reads single characters; with prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    characters = sorted(
        set("".join(map(policy, range(1, 9))) + "查询段落：queryassg ？多少什么可以吗谁应当哪个部门")
    )
    words = {word: n for n, word in enumerate(["[PAD]", "[UNK]", *characters])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    part = tmp_path_factory.mktemp("part")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=128
    ).save_pretrained(part)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=128, pad_token_id=0, initializer_range=0.2, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    BertModel(config).save_pretrained(part)
    folder = tmp_path_factory.mktemp("model") / "tiny"
    model = SentenceTransformer(
        modules=[Transformer(str(part)), Pooling(32)], prompts={"query": "query: ", "document": "passage: "}
    )
    model.save_pretrained(str(folder), create_model_card=False)
    (folder / "LICENSE-tiny").write_text("自由使用", encoding="utf-8")
    return folder
