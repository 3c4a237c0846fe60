"""Hand-made documents for tests of storage and search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from corpus import Clause, NodeKind, PolicyDocument, Span
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder

MakeDocument = Callable[..., PolicyDocument]
KINDS = ("研发", "临床", "生产", "上市")


def _document(
    number: str = "甲字〔2024〕1号",
    title: str = "创新药支持办法",
    clauses: dict[str, str] | None = None,
    lead: dict[str, tuple[str, ...]] | None = None,
    effective: tuple[date | None, date | None] = (date(2024, 1, 1), date(2026, 12, 31)),
) -> PolicyDocument:
    """A document of a title and clauses (path -> text); every second source character is a blank."""
    nodes = {"标题": title} | (
        clauses or {"一": "一、支持研发。给予研发投入40%的补贴。", "二": "二、支持临床试验。"}
    )
    source, parts = "", []
    for path, text in nodes.items():
        start = len(source)
        source += "".join(f"{char} " for char in text)
        kind = NodeKind.TITLE if path == "标题" else NodeKind.CLAUSE
        parts.append(
            Clause(
                id=f"{number} {path}",
                path=tuple(path.split("/")),
                label=f"{number} {path.replace('/', '、')}",
                level=0 if kind is NodeKind.TITLE else path.count("/") + 1,
                kind=kind,
                heading="",
                text=text,
                span=Span(start, len(source) - 1),
                origin=tuple(range(start, len(source), 2)),
                lead=(lead or {}).get(path, ()),
            )
        )
    return PolicyDocument(
        id=number,
        title=title,
        notice_title="",
        doc_number=number,
        issuers=("省科技厅",),
        issued_on=date(2023, 12, 1),
        effective_from=effective[0],
        effective_to=effective[1],
        region="山东省",
        source=source,
        source_name=f"{title}.txt",
        clauses=tuple(parts),
        warnings=("一处存疑",),
    )


def _policy_text(n: int, measures: int = 4) -> str:
    """A small policy as a text file would have it; ``n`` makes each different."""
    clauses = "\n".join(
        f"{'一二三四五六七八'[m]}、支持第{n}类{KINDS[m % 4]}。对企业给予不超过{n * 100 + m}万元补助。"
        for m in range(measures)
    )
    return f"试科字〔2024〕{n}号\n关于支持第{n}类产业发展的若干措施\n{clauses}\n省科技厅\n2024年{n % 12 + 1}月1日\n"


@pytest.fixture
def make_document() -> MakeDocument:
    return _document


@pytest.fixture
def policy_text() -> Callable[..., str]:
    return _policy_text


@pytest.fixture
def base(tmp_path: Path, no_policies: Path, embedder: Embedder) -> KnowledgeBase:
    """An empty knowledge base, open."""
    settings = Settings(home=tmp_path / "home", policies=no_policies, _env_file=None)
    return KnowledgeBase(settings, embedder).open()


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A folder with three policies."""
    folder = tmp_path / "policies"
    folder.mkdir()
    for n in (1, 2, 3):
        (folder / f"{n}.txt").write_text(_policy_text(n), "utf-8")
    return folder
