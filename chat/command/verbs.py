"""What the command's verbs do: each reads the rest of its arguments, calls the other packages and prints what comes back."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from chat import assistant, forms
from chat.answer import Answer
from chat.command import plain, tables, tree
from chat.command.batch import QueryLine, QuestionLine, read_lines, write_lines
from chat.command.match_text import matched_text
from chat.command.terminal import count_bar, opened, progress_bar
from chat.command.usage import ALL, check_keys, one_of, read_day
from chat.llm.engine import open_engine
from chat.matching.profile import read_profile
from chat.matching.types import Matched
from corpus import UsageError
from ingest import parse_file
from kb.finding import EVERY_CONDITION, Found
from kb.rule_shelf import in_short, read_shelf
from kb.settings import load_settings

_T = TypeVar("_T")


def show(value: _T, as_json: bool, form: Callable[[_T], dict[str, Any]], text: Callable[[_T], str]) -> None:
    """Print a result as JSON or as text."""
    print(forms.json_text(form(value)) if as_json else text(value))


def ingest(paths: Sequence[Path], rebuild: bool, home: Path | None, as_json: bool) -> bool:
    """``policykb ingest``; whether all files are in the knowledge base now."""
    if not paths and not rebuild:
        raise UsageError("没有给出要入库的文件或文件夹，例如：policykb ingest 新政策.txt。")
    with opened(home) as kb, progress_bar("入库") as progress:
        if rebuild:
            kb.rebuild()
        start = time.monotonic()
        report = kb.ingest(paths, progress)
        seconds = time.monotonic() - start
        stale = read_shelf(kb).problems
    text = partial(tables.ingest_text, seconds=seconds) if paths else lambda _: "向量已全部重新生成。"
    show(report, as_json, partial(forms.ingest_dict, stale=stale), text)
    for line in tables.capped(in_short(stale), "见 policykb rules check"):
        print(f"规则已停用：{line}", file=sys.stderr)
    for line in tables.capped([outcome.message for outcome in report.failed], "加 --json 可全部列出"):
        print(line, file=sys.stderr)
    return not report.failed


def list_documents(home: Path | None, as_json: bool) -> None:
    """``policykb docs``."""
    with opened(home) as kb:
        records = kb.records()
    show(records, as_json, forms.records_dict, tables.records_text)


def show_document(doc: str, full: bool, home: Path | None, as_json: bool) -> None:
    """``policykb docs show``."""
    with opened(home) as kb:
        document = kb.document(doc)
        record = next((each for each in kb.records() if each.id == document.id), None)
    show(document, as_json, forms.document_dict, partial(tree.document_text, full=full, record=record))


def remove_document(doc: str, home: Path | None, as_json: bool) -> None:
    """``policykb docs remove``."""
    with opened(home) as kb:
        removed = kb.remove(doc)
    show(removed, as_json, lambda name: {"removed": name}, "已从知识库删除 {}。".format)


def show_clauses(file: Path, full: bool, as_json: bool) -> None:
    """``policykb clauses``."""
    document = parse_file(file, max_bytes=load_settings().max_file_mb * 2**20)
    show(document, as_json, forms.document_dict, partial(tree.document_text, full=full))


def search(
    query: str | None,
    *,
    top: int,
    mode: str,
    doc: str | None,
    unit: str | None,
    as_of: str | None,
    without: Sequence[str],
    batch: Path | None,
    out: Path | None,
    home: Path | None,
    as_json: bool,
) -> None:
    """``policykb search``."""
    one = QueryLine(query=one_of(query, batch, "检索内容"))
    asked = read_lines(batch, QueryLine) if batch else [one]
    day = read_day(as_of)
    with opened(home) as kb:
        find = partial(kb.find, mode=mode, doc=doc, unit=unit)

        def results() -> Iterator[Found]:
            for line in asked:
                keys = without if line.without is None else line.without
                taken = [EVERY_CONDITION if key == ALL else key for key in keys]
                found = find(line.query, line.top or top, as_of=line.as_of or day, without=taken)
                check_keys(keys, found)
                yield found

        if batch:
            write_lines(out, map(forms.found_dict, results()))
            return
        standings = {record.id: record.standing(day or date.today()) for record in kb.records()}
        show(next(results()), as_json, forms.found_dict, partial(plain.found_text, standings=standings))


def ask(
    question: str | None,
    *,
    history: Sequence[str],
    as_of: str | None,
    batch: Path | None,
    out: Path | None,
    home: Path | None,
    as_json: bool,
) -> None:
    """``policykb ask``."""
    one = QuestionLine(question=one_of(question, batch, "问题"), history=list(history))
    asked = read_lines(batch, QuestionLine) if batch else [one]
    day = read_day(as_of)
    with opened(home) as kb:
        asks = assistant.Assistant(kb, llm=open_engine(kb.settings)).ask
        answers = (asks(line.question, line.history, line.as_of or day) for line in asked)
        if batch:
            write_lines(out, map(Answer.to_dict, answers))
        else:
            show(next(answers), as_json, Answer.to_dict, plain.answer_text)


def match(pairs: Sequence[str], as_of: str | None, home: Path | None, as_json: bool) -> None:
    """``policykb match``."""
    day = read_day(as_of) or date.today()
    with opened(home) as kb:
        matcher = assistant.Assistant(kb)
        found = matcher.match(read_profile(pairs, matcher.measures), day)
    if found.notice:
        print(found.notice, file=sys.stderr)
    show(found, as_json, Matched.to_dict, matched_text)


def move(target: str, home: Path | None, as_json: bool) -> None:
    """``policykb move``."""
    with opened(home) as kb, count_bar("迁移") as progress:
        moved = kb.move(target, progress)
    show(
        moved,
        as_json,
        lambda done: {"store": target, "chunks": done.chunks, "copied": done.copied},
        lambda done: (
            f"已迁到 {target}：共 {done.chunks} 个条目，本次复制 {done.copied} 个。"
            f"请把设置 POLICYKB_STORE 改为 {target}，之后的检索和入库就用新的存放处；原处的数据没有改动。"
        ),
    )
