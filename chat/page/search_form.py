"""The forms of 条款检索 as HTML: the search with its filters, two documents on one matter, two versions of a document."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape

_WAYS = (("search", "检索"), ("matter", "对照"), ("versions", "版本对比"))
_MODES = (("hybrid", "混合"), ("keyword", "关键词"), ("semantic", "语义"), ("exact", "原文"))
_ROLES = (("unit", "牵头或参与"), ("lead", "牵头"), ("participant", "参与"))
_FORCE = (("", "不限"), ("now", "现行有效"), ("day", "某日有效"))
_FIGURES = (("amount", "金额"), ("cap", "上限"), ("floor", "下限"), ("rate", "比例"))
_COMPARATORS = ((">=", "不低于"), ("<=", "不超过"))


def tab_html(hint: str) -> str:
    """The whole tab, whose scripts fill in what is found.

    Args:
        hint: what can be typed, shown as long as nothing is.
    """
    buttons = "".join(
        f'<button type="button" data-way="{way}" aria-pressed="{"true" if way == "search" else "false"}">{name}</button>'
        for way, name in _WAYS
    )
    return (
        f'<div class="pk-ways" role="group" aria-label="查法">{buttons}</div>'
        f'<section data-panel="search" aria-label="检索">{_search_html(hint)}</section>'
        f'<section data-panel="matter" aria-label="对照" hidden>{_matter_html()}</section>'
        f'<section data-panel="versions" aria-label="版本对比" hidden>{_versions_html()}</section>'
    )


def lists_html(documents: Iterable[tuple[str, str]], units: Iterable[str], regions: Collection[str]) -> str:
    """What can be chosen in the forms: title and id of each document, units, regions."""
    titled = [(key, f"《{title}》" if title != key else "") for title, key in documents]
    lists = (
        ("pk-documents", titled),
        ("pk-units", [(name, "") for name in units]),
        ("pk-regions", [(name, "") for name in sorted(regions)]),
    )
    return "".join(f'<datalist id="{name}">{_items(items)}</datalist>' for name, items in lists)


def _items(items: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in items)


def _search_html(hint: str) -> str:
    filters = "".join(
        (
            _field("文件", _input("doc", "文件", "文号或标题", "pk-documents")),
            _field(
                "单位", _input("unit", "单位", "单位名称", "pk-units") + _select("role", "单位的角色", _ROLES)
            ),
            _field("地区", _input("region", "地区", "省、市或县", "pk-regions")),
            _field(
                "效力",
                _select("force", "效力", _FORCE)
                + '<input type="date" name="day" aria-label="哪一天有效" hidden>',
            ),
            _field(
                "金额",
                _select("figure", "金额的种类", _FIGURES)
                + _select("comparator", "怎么比", _COMPARATORS)
                + _input("value", "数额", "如 500万元"),
            ),
            _field("方式", _select("mode", "检索方式", _MODES)),
        )
    )
    return (
        '<form id="pk-search" role="search" autocomplete="off"><div class="pk-query-box">'
        '<input type="search" name="q" id="pk-query" maxlength="500" aria-label="检索内容" aria-keyshortcuts="/"'
        ' placeholder="关键词、问题或条款编号" enterkeyhint="search"><button type="submit" class="pk-submit">检索</button></div>'
        f'<details class="pk-filter-box"><summary>筛选</summary><div class="pk-filter-fields">{filters}'
        '<label class="pk-tick"><input type="checkbox" name="grouped">按文件分组</label></div></details></form>'
        f'<div id="pk-found"><p class="pk-meta">{escape(hint)}</p></div>'
    )


def _matter_html() -> str:
    return (
        f'<form id="pk-matter" class="pk-pair-form" autocomplete="off">{_two("文件一", "文件二", "one", "other")}'
        f"{_field('对照什么', _input('words', '对照什么', '如 保费补贴、申报条件'))}"
        '<button type="submit" class="pk-submit">对照</button></form><div id="pk-matter-found">'
        '<p class="pk-meta">选两份文件，写明要对照的事项：各自最相关的条款并排列出，相同和不同的金额、比例、日期、单位分别标出。</p></div>'
    )


def _versions_html() -> str:
    return (
        f'<form id="pk-versions" class="pk-pair-form" autocomplete="off">{_two("旧版", "新版", "old", "new")}'
        '<button type="submit" class="pk-submit">对比</button></form><div id="pk-versions-found">'
        '<p class="pk-meta">选同一政策的两个版本：条款按内容对齐，编号变了也能对上；增删的字词逐处标出。</p></div>'
    )


def _two(first: str, second: str, one: str, other: str) -> str:
    return (
        f"{_field(first, _input(one, first, '文号或标题', 'pk-documents'))}"
        '<button type="button" class="pk-swap" data-swap aria-label="两份文件互换" title="互换">⇄</button>'
        f"{_field(second, _input(other, second, '文号或标题', 'pk-documents'))}"
    )


def _field(label: str, inputs: str) -> str:
    return f'<fieldset class="pk-filter-field"><legend>{label}</legend><div>{inputs}</div></fieldset>'


def _input(name: str, label: str, placeholder: str, choices: str = "") -> str:
    chosen = f' list="{choices}"' if choices else ""
    return (
        f'<input type="text" name="{name}" maxlength="300" placeholder="{placeholder}"{chosen}'
        f' aria-label="{label}">'
    )


def _select(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    items = "".join(f'<option value="{escape(value)}">{shown}</option>' for value, shown in options)
    return f'<select name="{name}" aria-label="{label}">{items}</select>'
