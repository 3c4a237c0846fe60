"""Tables for the terminal: what an ingest did, and what is in the knowledge base."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from chat.command.tree import shortened, terminal_width
from kb.hits import FileOutcome, FileStatus, IngestReport
from kb.lifecycle import DocumentRecord

_STATUS_NAMES = {
    FileStatus.ADDED: "新增",
    FileStatus.REPLACED: "更新",
    FileStatus.UNCHANGED: "未变",
    FileStatus.DUPLICATE: "重复",
    FileStatus.FAILED: "失败",
}
_MAX_LINES = 20  # warnings and messages that are listed
_NAME_WIDTH = 28  # columns of a file name
_LEAST_WIDTH = 12  # columns of what is cut to fit
_MAX_NAMES = 5  # skipped files that are named
_MAX_ROWS = 60  # files up to which those without change are listed as well
_STORED = (FileStatus.ADDED, FileStatus.REPLACED)


def ingest_text(report: IngestReport, seconds: float) -> str:
    """What became of each file as a table, the totals, and what was doubtful; failures are said elsewhere."""
    shown = report.outcomes
    if len(shown) > _MAX_ROWS:
        shown = tuple(o for o in shown if o.status is not FileStatus.UNCHANGED)
    lines = [table(("结果", "文件", "*文号或标题", "#条款", "#提示"), map(_row, shown))] if shown else []
    if len(shown) < len(report.outcomes):
        lines.append(f"（另有 {len(report.outcomes) - len(shown)} 个文件未变，不逐一列出）")
    lines += ["", _totals(report, seconds)]
    if report.skipped:
        names = "、".join(path.name for path in report.skipped[:_MAX_NAMES])
        more = "等" if len(report.skipped) > _MAX_NAMES else ""
        lines.append(f"跳过 {len(report.skipped)} 个不支持的文件：{names}{more}")
    said = [o.message for o in report.outcomes if o.message and o.status is not FileStatus.FAILED]
    said += [f"{o.path.name}：{warning}" for o in report.outcomes for warning in o.warnings]
    if said:
        lines += ["", "提示", *(f"  · {line}" for line in capped(said, "见 policykb docs show 文号"))]
    return "\n".join(lines)


def capped(lines: Sequence[str], hint: str) -> list[str]:
    """The first lines, how many more there are, and where they can be seen.

    >>> len(capped(["甲"] * 20, "见 docs show")), capped(["甲"] * 23, "见 docs show")[-1]
    (20, '另有 3 条，见 docs show')
    """
    more = len(lines) - _MAX_LINES
    return [*lines[:_MAX_LINES], *([f"另有 {more} 条，{hint}"] if more > 0 else [])]


def _row(outcome: FileOutcome) -> Sequence[str]:
    failed = outcome.status is FileStatus.FAILED
    return (
        _STATUS_NAMES[outcome.status],
        shortened(outcome.path.name, _NAME_WIDTH),
        "" if failed else outcome.document_id,
        "" if failed else str(outcome.clauses),
        str(len(outcome.warnings) or ""),
    )


def _totals(report: IngestReport, seconds: float) -> str:
    counts = [f"{name} {n}" for status, name in _STATUS_NAMES.items() if (n := report.count(status))]
    stored = sum(o.clauses for o in report.outcomes if o.status in _STORED)
    warnings = sum(len(o.warnings) for o in report.outcomes)
    speed = f"（每秒 {stored / seconds:.0f} 条）" if stored and seconds > 0 else ""
    return (
        f"共 {len(report.outcomes)} 个文件：{'，'.join(counts)}；入库条款 {stored} 条{speed}，提示 {warnings} 条，"
        f"失败 {report.count(FileStatus.FAILED)} 个，用时 {seconds:.1f} 秒。"
    )


def records_text(records: Sequence[DocumentRecord]) -> str:
    """What is in the knowledge base, as a table; a document without 文号 is named by its title."""
    if not records:
        return "知识库里还没有文件，用 policykb ingest 文件 入库。"
    today = date.today()
    rows = (
        (
            r.doc_number or "—",
            r.title,
            str(r.issued_on or ""),
            r.standing(today).value,
            str(r.clause_count),
        )
        for r in records
    )
    lines = [table(("文号", "*标题", "印发日期", "状态", "#条款"), rows)]
    repealed = [f"  · {r.doc_number or r.name} {r.repeal}" for r in records if r.repeal]
    return "\n".join([*lines, *(["", "已被废止", *repealed] if repealed else [])])


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as wide as the terminal; full-width characters count as two columns.

    A column whose title has ``*`` before it is cut with … to the room the others leave; one with ``#`` stands on the
    right.
    """
    from rich.cells import cell_len

    lines = [[title.lstrip("*#") for title in titles], *(list(row) for row in rows)]
    widths = [max(cell_len(line[n]) for line in lines) for n in range(len(titles))]
    for n, title in enumerate(titles):
        if title.startswith("*"):
            room = terminal_width() - sum(widths) + widths[n] - 2 * (len(titles) - 1)
            widths[n] = min(widths[n], max(room, _LEAST_WIDTH))
            for line in lines:
                line[n] = shortened(line[n], widths[n])
    return "\n".join(
        "  ".join(
            " " * (width - cell_len(text)) + text
            if title.startswith("#")
            else text + " " * (width - cell_len(text))
            for title, text, width in zip(titles, line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
