"""The result as tables for a person and as JSON for a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from eval.segmentation.index import Reading
from eval.segmentation.mistakes import Mistake, by_kind
from eval.segmentation.run import FIXED_SIZE, ONE_FAMILY, OURS, Compared, FileResult, totals
from eval.segmentation.scores import Tally
from eval.segmentation.truth import KINDS
from eval.segmentation.twins import Twins

if TYPE_CHECKING:
    from rich.console import Console

_MIN_WIDTH = 160
_FILE_WIDTH = 38
_SHOWN_MISTAKES = 15


def show(
    console: Console,
    results: Sequence[FileResult],
    twins: Sequence[Twins],
    readings: Sequence[Reading],
    wrong: Sequence[Mistake],
) -> None:
    """Write the tables: per file, in total, and what goes wrong by kind if mistakes are given."""
    console.width = max(console.width, _MIN_WIDTH)
    console.print(_files(results))
    console.print(_totals(results))
    console.print(_health(results))
    if twins:
        console.print(_twins(twins))
    if readings:
        console.print(_readings(readings))
    if wrong:
        console.print(_mistakes(wrong))
    if not any(FIXED_SIZE in one.judged for result in results for one in result.compared):
        console.print("未装 langchain-text-splitters，B 列空缺；安装后重跑即可。", highlight=False)


def as_json(
    results: Sequence[FileResult],
    twins: Sequence[Twins],
    readings: Sequence[Reading],
    wrong: Sequence[Mistake],
) -> dict[str, Any]:
    """The whole result; offsets and figures only, except for the excerpts of mistakes that were asked for."""
    return {
        "files": [_file_json(result) for result in results],
        "totals": {
            kind: {splitter: tally_json(tally) for splitter, tally in row.items()}
            for kind, row in totals(results).items()
        },
        "twins": [asdict(pair) for pair in twins],
        "index": [asdict(reading) for reading in readings],
        "mistakes": [
            {
                "what": one.what,
                "marker": one.marker,
                "file": one.file,
                "at": one.at,
                "wanted": _path(one.wanted),
                "given": _path(one.given),
                "excerpt": one.excerpt,
            }
            for one in wrong
        ],
    }


def tally_json(tally: Tally) -> dict[str, float | int | None]:
    """Counts and figures of a tally.

    >>> tally_json(Tally(1, 2, 1))
    {'hits': 1, 'wanted': 2, 'given': 1, 'precision': 1.0, 'recall': 0.5, 'f1': 0.6667, 'placed': 0, 'placeable': 0}
    """
    return {
        "hits": tally.hits,
        "wanted": tally.wanted,
        "given": tally.given,
        "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4),
        "f1": round(tally.f1, 4),
        "placed": tally.placed,
        "placeable": tally.placeable,
    }


def _file_json(result: FileResult) -> dict[str, Any]:
    parsed = result.parsed
    return {
        "file": result.file,
        "nodes": parsed.nodes,
        "clauses": len(parsed.starts),
        "uncovered": parsed.uncovered,
        "repeated_ids": parsed.repeated,
        "warnings": parsed.warnings,
        "seconds": {splitter: round(seconds, 4) for splitter, seconds in result.seconds.items()},
        "refused": parsed.refused,
        "crash": parsed.crash,
        "note": result.note,
        "truth": {
            one.truth.kind: {splitter: tally_json(told.tally()) for splitter, told in one.judged.items()}
            for one in result.compared
        },
    }


def _files(results: Sequence[FileResult]) -> Any:
    from rich.table import Table

    table = Table(title="各文件：条款起点（偏差不超过 2 字）")
    table.add_column("文件", no_wrap=True, max_width=_FILE_WIDTH)
    table.add_column("真值", no_wrap=True, min_width=9)
    columns = (
        "应有",
        "准确",
        "召回",
        "F1",
        "路径对",
        "A F1",
        "B F1",
        "节点",
        "漏重字",
        "重号",
        "警告",
        "秒",
        "结果",
    )
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    for result in results:
        for one in result.compared or (None,):
            table.add_row(result.file, *_truth_cells(one), *_health_cells(result))
    return table


def _readings(readings: Sequence[Reading]) -> Any:
    from rich.table import Table

    table = Table(title="标题和文号：与 index.csv 对照（只算原文里有的）")
    for column in ("项目", "清单中", "原文里有", "读对", "读错或未读"):
        table.add_column(column, justify="left" if column == "读错或未读" else "right")
    for field, name in (("title", "标题"), ("doc_number", "文号")):
        listed = [reading for reading in readings if reading.field == field]
        there = [reading for reading in listed if reading.stands]
        wrong = [reading for reading in there if not reading.right]
        shown = "\n".join(f"{each.file}：{each.read or '—'}" for each in wrong)
        table.add_row(name, str(len(listed)), str(len(there)), str(len(there) - len(wrong)), shown)
    return table


def _twins(twins: Sequence[Twins]) -> Any:
    from rich.table import Table

    table = Table(title="同一文件的两种格式：条款应相同（文字不计空白）")
    table.add_column("文件", no_wrap=True)
    for column in ("条款数", "编号相同", "文字相同", "认作同一文件"):
        table.add_column(column, justify="right", no_wrap=True)
    for pair in twins:
        counts = "/".join(map(str, pair.clauses))
        same = "是" if pair.same_id else "否"
        table.add_row(" ↔ ".join(pair.names), counts, str(pair.same_paths), str(pair.same_texts), same)
    return table


def _truth_cells(one: Compared | None) -> list[str]:
    if one is None:
        return ["—"] * 8
    ours = one.judged[OURS].tally()
    others = (one.judged.get(splitter) for splitter in (ONE_FAMILY, FIXED_SIZE))
    return [
        one.truth.kind,
        str(ours.wanted),
        *(_share(figure) for figure in (ours.precision, ours.recall, ours.f1)),
        f"{ours.placed}/{ours.placeable}" if ours.placeable else "—",
        *("—" if told is None else _share(told.tally().f1) for told in others),
    ]


def _health_cells(result: FileResult) -> list[str]:
    parsed = result.parsed
    ending = "崩溃" if parsed.crash else "拒收" if parsed.refused else "文字不同" if result.note else ""
    return [
        str(parsed.nodes),
        str(parsed.uncovered or ""),
        str(parsed.repeated or ""),
        str(parsed.warnings or ""),
        f"{parsed.seconds:.2f}",
        ending,
    ]


def _totals(results: Sequence[FileResult]) -> Any:
    from rich.table import Table

    table = Table(title="合计")
    table.add_column("真值", no_wrap=True)
    table.add_column("方法", no_wrap=True)
    for column in ("应有", "给出", "命中", "准确", "召回", "F1", "路径对"):
        table.add_column(column, justify="right", no_wrap=True)
    sums = totals(results)
    for kind in KINDS:
        for splitter, tally in sums.get(kind, {}).items():
            placed = f"{tally.placed}/{tally.placeable}" if splitter == OURS and tally.placeable else "—"
            table.add_row(
                kind,
                splitter,
                *(str(count) for count in (tally.wanted, tally.given, tally.hits)),
                *(_share(figure) for figure in (tally.precision, tally.recall, tally.f1)),
                placed,
            )
        table.add_section()
    return table


def _health(results: Sequence[FileResult]) -> Any:
    from rich.table import Table

    parsed = [result.parsed for result in results]
    table = Table(title="全部文件", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    rows = (
        ("文件", len(parsed)),
        ("崩溃", sum(bool(one.crash) for one in parsed)),
        ("拒收（有说明）", sum(bool(one.refused) for one in parsed)),
        ("节点", sum(one.nodes for one in parsed)),
        ("不在恰好一个节点里的字", sum(one.uncovered for one in parsed)),
        ("重复的条款编号", sum(one.repeated for one in parsed)),
        ("警告", sum(one.warnings for one in parsed)),
        ("有警告的文件", sum(bool(one.warnings) for one in parsed)),
    )
    for name, count in rows:
        table.add_row(name, str(count))
    for splitter in (OURS, ONE_FAMILY, FIXED_SIZE):
        spent = [result.seconds[splitter] for result in results if splitter in result.seconds]
        table.add_row(f"{splitter}：秒（{len(spent)} 个文件）", f"{sum(spent):.2f}")
    for result in results:
        if result.parsed.crash or result.parsed.refused:
            table.add_row(result.file, result.parsed.crash or result.parsed.refused)
    return table


def _mistakes(wrong: Sequence[Mistake]) -> Any:
    from rich.table import Table

    table = Table(title="错在哪里（不含 exam）")
    for column in ("错误", "编号样式", "次数", "例"):
        table.add_column(column, overflow="fold")
    for what, marker, count in by_kind(wrong):
        same = [one for one in wrong if one.what == what and (one.marker or "无编号") == marker]
        shown = "\n".join(
            f"{one.file}@{one.at} {_path(one.wanted) or ''}→{_path(one.given) or ''} {one.excerpt}"
            for one in same[:_SHOWN_MISTAKES]
        )
        table.add_row(what, marker, str(count), shown)
    return table


def _path(path: tuple[str, ...] | None) -> str | None:
    return None if path is None else "/".join(path)


def _share(figure: float) -> str:
    return f"{100 * figure:.1f}"
