"""A document and an answer to show, an open knowledge base behind the page, and the model we ship."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chat.answer import Answer, Calculation, Citation, Status, Step
from chat.backend import Backend
from corpus import Clause, PolicyDocument
from ingest import parse_text
from kb import KnowledgeBase
from kb.embedding import Embedder, SentenceTransformerEmbedder
from kb.rule_files import load_rules
from kb.rules import Rule
from kb.settings import BUNDLED_MODEL, BUNDLED_POLICIES

MakeAnswer = Callable[..., Answer]
TEXT = """试科字〔2024〕1号
关于支持<b>创新</b>的若干措施
一、支持研发
（一）临床试验。对完成II期临床
试验的，给予不超过40%的“支持”<img src=x onerror=alert(1)>。（省科技厅牵头，省财政厅配合）
（二）其他。另行规定。
"""


@pytest.fixture
def document() -> PolicyDocument:
    return parse_text(TEXT, "试.txt")


@pytest.fixture
def clause(document: PolicyDocument) -> Clause:
    return next(c for c in document.clauses if c.path == ("一", "（一）"))


@pytest.fixture
def answer() -> MakeAnswer:
    """Makes an answer with one citation and a calculation; arguments change it."""

    def make(**changes: object) -> Answer:
        citation = Citation(1, "甲 一", "甲 一、", "《甲》", "原文", 3, 5)
        calculation = Calculation(
            "r",
            Decimal(20_000_000),
            True,
            {},
            (Step("6000万元 × 40%", "2400万元"),),
            ("甲 一",),
            ("按已完成计",),
        )
        made = Answer("问", date(2025, 1, 1), Status.ANSWERED, "最高2000万元。[1]", (citation,), calculation)
        return replace(made, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def rule() -> Rule:
    return load_rules(BUNDLED_POLICIES.parent / "rules")[0]


@pytest.fixture
def backend(knowledge_base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """Open, on the shared knowledge base."""
    monkeypatch.setattr("kb.knowledge_base.KnowledgeBase", lambda *_: knowledge_base)
    made = Backend(knowledge_base.settings)
    made.start()
    made.get()
    return made


@pytest.fixture(scope="session")
def bundled() -> Iterator[Embedder]:
    """The model we ship, loaded once, on one thread: more only wait for each other over one short question."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield SentenceTransformerEmbedder(str(BUNDLED_MODEL))
    torch.set_num_threads(threads)
