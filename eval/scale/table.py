"""The tables that the benchmark prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.scale.job import Report, Size
from eval.scale.measure import Times

if TYPE_CHECKING:
    from rich.console import Console

MOST_TIMES_EMBEDDING = 1.3  # a query, at the largest size
LEAST_TIMES_OKAPI = 20.0  # keyword search, likewise
_OPERATIONS = {
    "embed": "仅向量化问题",
    "hybrid": "混合检索",
    "typed": "混合检索，先理解问题",
    "keyword": "关键词检索",
    "document": "限定文件",
    "unit": "限定责任单位",
    "in_force": "限定某日有效",
}
_PARTS = {"catalog": "目录", "words": "词", "vectors": "向量"}
_STORES = {"local": "本机（Chroma）", "chroma": "Chroma 服务", "milvus": "milvus-lite"}
_SPENT = {
    "embed": "向量化问题",
    "vector ranking": "向量排序",
    "cosines": "补算余弦",
    "terms": "词频",
    "keyword ranking": "关键词排序",
    "keyword scores": "补算 BM25",
    "catalog": "目录（SQL）",
    "rest": "其余（融合、等待）",
    "whole": "合计",
}
Cell = Callable[[Size], str]
_Row = tuple[str, Cell]


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that was promised, and what it is."""

    name: str
    value: float
    promised: str
    is_met: bool


def targets(sizes: Sequence[Size]) -> list[Target]:
    """What the largest size of the first store keeps of what was promised."""
    largest = sizes_of(sizes)[-1]
    one = largest.asked.one
    ratio = round(one["hybrid"].p50 / one["embed"].p50, 2)
    found = [Target("混合检索 p50 ÷ 仅向量化问题 p50", ratio, "≤ 1.3", ratio <= MOST_TIMES_EMBEDDING)]
    if largest.rivals is not None:
        faster = round(largest.rivals.okapi.p50 / largest.rivals.ours.p50, 1)
        found.append(Target("rank_bm25 p50 ÷ 关键词检索 p50", faster, "≥ 20", faster >= LEAST_TIMES_OKAPI))
    return found


def sizes_of(sizes: Sequence[Size], store: str = "") -> list[Size]:
    """The sizes of a store, of the first one where none is named."""
    wanted = store or sizes[0].store
    return [size for size in sizes if size.store == wanted]


def embed_rate(report: Report) -> float:
    """Chunks a second that the model embeds."""
    return report.prepared.real / report.prepared.embed_seconds if report.prepared.embed_seconds else 0.0


def show(console: Console, report: Report) -> None:
    """Print everything."""
    prepared = report.prepared
    console.print(
        f"{report.machine}；向量模型：{report.model or '无（哈希代替，只供试运行）'}", highlight=False
    )
    console.print(
        f"前 {prepared.real} 段由模型向量化（每秒 {embed_rate(report):.0f} 段）；其余各段的向量是合成的（真实向量两两混合，"
        f"w = {prepared.weight}）。\n两两余弦均值 ± 标准差、与最近邻余弦：真实 {_structure(prepared.of_real)}，"
        f"合成 {_structure(prepared.of_mixed)}。问题一律由模型向量化。",
        highlight=False,
    )
    for store in dict.fromkeys(size.store for size in report.sizes):
        own = sizes_of(report.sizes, store)
        console.print(_table(f"{_STORES[store]}：入库与占用", own, _building(report, own)))
        console.print(_table(f"{_STORES[store]}：查询（毫秒，p50 / p95）", own, _asking(own)))
        console.print(_table(f"{_STORES[store]}：打开与增删（秒）", own, _opening(own)))
    _show_parts(console, report)
    _show_sizing(console, report)
    for target in targets(report.sizes):
        verdict = "达到" if target.is_met else "未达到"
        console.print(f"{verdict}：{target.name} = {target.value}（要求 {target.promised}）", highlight=False)


def _building(report: Report, own: Sequence[Size]) -> list[_Row]:
    rate = embed_rate(report)
    rows: list[_Row] = [
        ("文件", lambda s: f"{s.extent.documents:,}"),
        ("条款（编号节点）", lambda s: f"{s.extent.clauses:,}"),
        ("片段（向量）", lambda s: f"{s.extent.chunks:,}"),
        ("其中合成向量", lambda s: f"{s.built.synthetic:,}"),
        ("解析，秒", lambda s: f"{s.extent.parse_seconds:.1f}"),
        ("存储（词、向量、目录），秒", lambda s: f"{store_seconds(s):.1f}"),
        ("向量化（按实测速度推算），秒", lambda s: f"{s.extent.chunks / rate:.0f}" if rate else "—"),
        ("入库失败", lambda s: str(s.built.failed)),
    ]
    for part in dict.fromkeys(part for size in own for part in size.built.disk):
        rows.append((f"磁盘：{_PARTS[part]}，MB", _disk_cell(part)))
    rows += [
        ("内存：入库峰值，MB", lambda s: f"{s.built.memory.peak:.0f}"),
        ("内存：答完一次混合检索，MB", lambda s: f"{s.by_hybrid.memory.now:.0f}"),
        ("　其中打开知识库之前（程序与模型），MB", lambda s: f"{s.by_hybrid.memory_before.now:.0f}"),
    ]
    if any(size.server for size in own):
        rows.append(("内存：服务，MB", lambda s: f"{s.server.now:.0f}" if s.server else "—"))
    return rows


def store_seconds(size: Size) -> float:
    """Seconds of an ingest without parsing and without making vectors."""
    return max(0.0, size.built.seconds - size.extent.parse_seconds - size.built.mixing_seconds)


def _asking(own: Sequence[Size]) -> list[_Row]:
    rows: list[_Row] = [(label, _asked_cell(name)) for name, label in _OPERATIONS.items()]
    rows.append(
        ("混合检索 ÷ 仅向量化", lambda s: f"{s.asked.one['hybrid'].p50 / s.asked.one['embed'].p50:.2f}")
    )
    rows += [
        (f"{found.clients} 个并发：{_OPERATIONS[name]}", _crowd_cell(name))
        for name, found in own[0].asked.several.items()
    ]
    if any(size.rivals for size in own):
        rows += [
            ("同词对照：关键词检索", lambda s: _pair(s.rivals.ours if s.rivals else None)),
            ("同词对照：rank_bm25", lambda s: _pair(s.rivals.okapi if s.rivals else None)),
            ("同词对照：bm25s", lambda s: _pair(s.rivals.bm25s if s.rivals else None)),
        ]
    return rows


def _disk_cell(part: str) -> Cell:
    return lambda size: f"{size.built.disk.get(part, 0):.1f}"


def _asked_cell(name: str) -> Cell:
    return lambda size: _pair(size.asked.one[name])


def _part_cell(part: str) -> Cell:
    return lambda size: _pair(size.asked.parts.get(part))


def _crowd_cell(name: str) -> Cell:
    def cell(size: Size) -> str:
        found = size.asked.several[name]
        return f"{_pair(found.times)}，每秒 {found.per_second:.0f} 次"

    return cell


def _pair(found: Times | None) -> str:
    """Median and 95th percentile.

    >>> _pair(Times(1.25, 12.5, 3.0, 9)), _pair(None)
    ('1.25 / 12.5', '—')
    """
    return f"{found.p50:.3g} / {found.p95:.3g}" if found else "—"


def _opening(own: Sequence[Size]) -> list[_Row]:
    return [
        ("启动 Python 并导入", lambda s: f"{s.by_keyword.import_seconds:.2f}"),
        ("打开并答出首个关键词检索", lambda s: f"{s.by_keyword.first_seconds:.2f}"),
        ("加载模型（含导入）", lambda s: f"{s.by_hybrid.model_seconds:.2f}"),
        ("打开并答出首个混合检索", lambda s: f"{s.by_hybrid.first_seconds:.2f}"),
        ("新进程里再加一份文件", lambda s: f"{s.changed.add_seconds:.2f}"),
        ("删去该文件", lambda s: f"{s.changed.remove_seconds:.2f}"),
        ("检索后再加该文件", lambda s: f"{s.changed.add_again_seconds:.2f}"),
    ]


def _table(title: str, sizes: Sequence[Size], rows: Sequence[_Row]) -> Any:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    table.add_column("")
    for size in sizes:
        table.add_column(f"{size.extent.articles:,} 条", justify="right", no_wrap=True)
    for label, cell in rows:
        table.add_row(label, *(cell(size) for size in sizes))
    return table


def _show_parts(console: Console, report: Report) -> None:
    own = sizes_of(report.sizes)
    rows: list[_Row] = [
        (label, _part_cell(part))
        for part, label in _SPENT.items()
        if any(part in size.asked.parts for size in own)
    ]
    console.print(_table("混合检索的时间去处（毫秒，p50 / p95；两个线程，合计小于各项之和）", own, rows))


def _show_sizing(console: Console, report: Report) -> None:
    """Bytes and milliseconds a clause, at the largest size of each store."""
    largest = [sizes_of(report.sizes, store)[-1] for store in dict.fromkeys(s.store for s in report.sizes)]
    from rich.table import Table

    table = Table(title="每条款（编号节点）的占用", title_justify="left")
    for column in ("存放处", "条款", "磁盘，KB", "内存，KB", "存储，毫秒", "混合检索 p50，毫秒"):
        table.add_column(column, justify="left" if column == "存放处" else "right")
    for size in largest:
        each = sizing(size)
        table.add_row(
            _STORES[size.store],
            f"{size.extent.clauses:,}",
            f"{each.disk_kb:.2f}",
            f"{each.memory_kb:.2f}",
            f"{each.store_ms:.2f}",
            f"{size.asked.one['hybrid'].p50:.1f}",
        )
    console.print(table)


@dataclass(frozen=True, slots=True)
class Sizing:
    """What one clause costs: kilobytes on disk and in memory, milliseconds to store."""

    disk_kb: float
    memory_kb: float
    store_ms: float


def sizing(size: Size) -> Sizing:
    """What a clause costs at a size; memory is that of the process that searches, beyond program and model, and of a server."""
    clauses = size.extent.clauses
    grown = size.by_hybrid.memory.now - size.by_hybrid.memory_before.now
    grown += size.server.now if size.server else 0.0
    return Sizing(
        round(sum(size.built.disk.values()) * 1024 / clauses, 3),
        round(max(0.0, grown) * 1024 / clauses, 3),
        round(store_seconds(size) * 1000 / clauses, 3),
    )


def _structure(found: Any) -> str:
    return f"{found.mean:.3f} ± {found.spread:.3f}、{found.nearest:.3f}"
