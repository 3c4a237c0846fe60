"""The optional cross-encoder, with a real one: tiny, untrained, in a local folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus import KnowledgeBaseError
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder
from kb.reranker import CrossEncoderReranker
from kb.settings import BUNDLED_MODEL


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(7)
    tokenizer = AutoTokenizer.from_pretrained(str(BUNDLED_MODEL))
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(
        vocab_size=len(tokenizer), num_labels=1, pad_token_id=1, initializer_range=0.5, **sizes
    )
    made = tmp_path_factory.mktemp("reranker")
    BertForSequenceClassification(config).save_pretrained(made)
    tokenizer.save_pretrained(made)
    return made


def test_a_folder_gives_the_order(folder: Path, tmp_path: Path, embedder: Embedder) -> None:
    settings = Settings(home=tmp_path / "home", reranker=str(folder), _env_file=None)
    with KnowledgeBase(settings, embedder) as base:
        hits = base.search("细胞治疗临床研究怎么支持", 5)
        expected = CrossEncoderReranker(str(folder)).scores(
            "细胞治疗临床研究怎么支持", [f"{hit.document_name}\n{hit.clause.text}" for hit in hits]
        )
        assert [hit.score for hit in hits] == pytest.approx(expected, abs=1e-5)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert len(set(expected)) == 5
        words_only = base.search("细胞治疗临床研究怎么支持", 5, mode="keyword")
    with KnowledgeBase(Settings(home=tmp_path / "home", _env_file=None), embedder) as plain:
        ranked = plain.search("细胞治疗临床研究怎么支持", 30)
        assert {hit.clause.id for hit in hits} <= {hit.clause.id for hit in ranked}
        assert [replace(hit, score=0) for hit in hits] != [replace(hit, score=0) for hit in ranked[:5]]
        assert words_only == plain.search("细胞治疗临床研究怎么支持", 5, mode="keyword")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="找不到重排模型文件夹"):
        KnowledgeBase(Settings(home=tmp_path, reranker=str(tmp_path / "nowhere"), _env_file=None))


def test_a_broken_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(KnowledgeBaseError, match="无法加载重排模型"):
        CrossEncoderReranker(str(tmp_path)).scores("问", ["答"])
