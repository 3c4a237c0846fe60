"""The documents of the 知识库 tab as HTML: the list, the form for what is known of one, and what a change comes to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from chat.page.library_list import Listed
from chat.wording import standing_text
from corpus import PolicyDocument
from kb.amending import Correction
from kb.lifecycle import DocumentRecord, Standing
from kb.rules import Rule

_MOODS = {
    Standing.IN_FORCE: "good",
    Standing.PENDING: "warn",
    Standing.EXPIRED: "soft",
    Standing.REPEALED: "bad",
}
_FEW = 4  # rules named without folding
LEVELS = ("", "国家", "省", "市", "县")
_HINTS = {
    "doc_number": "如 鲁科字〔2024〕137号；没有文号时留空，以标题识别",
    "issued_on": "如 2024-12-06",
    "effective_from": "如 2025-01-01；原文没有写时留空",
    "effective_to": "如 2027-12-31；没有期限时留空",
    "issuers": "每行一个",
    "supersedes": "被本文件废止的文号或标题，每行一个",
    "contacts": "每行一个",
    "region": "如 山东省、四川省广安市",
}


def documents_html(found: Listed, day: date, is_admin: bool, is_empty: bool) -> str:
    """A page of the list.

    Args:
        found: what is on it.
        day: today.
        is_admin: whether to show what changes a document.
        is_empty: whether there is no document at all.
    """
    if is_empty:
        how = "上传文件" if is_admin else "以管理员身份登录后上传文件"
        return f'<p class="pk-none">知识库里还没有文件。{how}，收入后会列在这里。</p>'
    if not found.records:
        return '<p class="pk-none">没有符合条件的文件，请换个词或放宽条件。</p>'
    items = "".join(_document(record, day, is_admin) for record in found.records)
    return f'<ul class="pk-lib-docs">{items}</ul>'


def _document(record: DocumentRecord, day: date, is_admin: bool) -> str:
    standing = record.standing(day)
    name = escape(record.id)
    facts = (
        record.doc_number or "无文号",
        _issuers(record.issuers),
        f"{record.issued_on} 印发" if record.issued_on else "印发日期不详",
        f"{record.clause_count} 条",
    )
    stored = f"来自 {record.source_name} · {record.added_at.astimezone():%Y-%m-%d %H:%M} 入库"
    said = standing_text(record, day)
    more = "" if said == standing.value else f'<p class="pk-lib-doc-why">{escape(said)}</p>'
    return (
        f'<li class="pk-lib-doc"><div class="pk-lib-doc-head"><button type="button" class="pk-lib-doc-title" data-document="{name}">'
        f"《{escape(record.title)}》</button>"
        f'<span class="pk-lib-standing pk-lib-is-{_MOODS[standing]}">{standing.value}</span></div>'
        f'<p class="pk-lib-doc-facts">{escape(" · ".join(filter(None, facts)))}</p>{more}'
        f'<p class="pk-meta">{escape(stored)}</p>{_warnings(record.warnings)}'
        f"{_tools(name, record.title) if is_admin else ''}</li>"
    )


def _issuers(issuers: Sequence[str]) -> str:
    more = f"等 {len(issuers)} 个机关" if len(issuers) > 1 else ""
    return issuers[0] + more if issuers else "发文机关不详"


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    items = "".join(f"<li>{escape(each)}</li>" for each in warnings)
    return f'<details class="pk-lib-doc-warnings"><summary>{len(warnings)} 条提示</summary><ul>{items}</ul></details>'


def _tools(name: str, title: str) -> str:
    about = escape(f"《{title}》")
    return (
        '<div class="pk-lib-doc-tools">'
        f'<button type="button" class="pk-lib-small" data-edit="{name}" aria-label="改信息：{about}">改信息</button>'
        f'<button type="button" class="pk-lib-small" data-rules-of="{name}" aria-label="补贴规则：{about}">补贴规则</button>'
        f'<button type="button" class="pk-lib-small pk-lib-danger" data-remove="{name}" aria-label="删除：{about}">删除</button></div>'
    )


def pager_html(page: int, pages: int) -> str:
    """Buttons for the pages before and after; nothing for a single page."""
    if pages == 1:
        return ""
    before = f'<button type="button" class="pk-lib-small" data-page="{page - 1}"{" disabled" if page == 1 else ""}>上一页</button>'
    after = f'<button type="button" class="pk-lib-small" data-page="{page + 1}"{" disabled" if page == pages else ""}>下一页</button>'
    return f'{before}<span aria-current="page">第 {page} / {pages} 页</span>{after}'


def form_html(document: PolicyDocument, version: str) -> str:
    """The form for what is known of a document, with a place for what was wrong and for what the change comes to."""
    fields = (
        _line("title", "标题", document.title, required=True)
        + _line("notice_title", "印发通知的标题", document.notice_title)
        + _line("doc_number", "文号", document.doc_number)
        + _lines("issuers", "发文机关", document.issuers)
        + '<div class="pk-lib-three">'
        + _line("issued_on", "印发日期", str(document.issued_on or ""))
        + _line("effective_from", "施行日期", str(document.effective_from or ""))
        + _line("effective_to", "失效日期", str(document.effective_to or ""))
        + "</div>"
        + '<div class="pk-lib-two">'
        + _line("region", "适用地区", document.region)
        + _choice("level", "层级", document.level)
        + "</div>"
        + _lines("supersedes", "废止的文件", document.supersedes)
        + _lines("contacts", "联系方式", document.contacts)
    )
    return (
        f'<form data-form="correct" data-id="{escape(document.id)}" data-version="{escape(version)}" novalidate>'
        '<h3 id="pk-dialog-title">改信息</h3><p class="pk-meta">只改这份文件的信息，原文和条款文字不变。'
        f"改过的信息随这份文件保存，同一文件再次入库时仍然有效。</p>{fields}"
        '<p class="pk-failure" role="alert" data-wrong hidden></p><div class="pk-lib-buttons">'
        '<button type="submit" class="pk-lib-main">预览改动</button>'
        '<button type="button" class="pk-lib-small" data-cancel>取消</button></div></form><div data-preview hidden></div>'
    )


def _hint(name: str) -> str:
    return f'<span class="pk-lib-hint">{escape(_HINTS[name])}</span>' if name in _HINTS else ""


def _line(name: str, label: str, value: str, required: bool = False) -> str:
    must = " required" if required else ""
    return (
        f'<label class="pk-lib-field"><span>{label}</span>{_hint(name)}'
        f'<input name="{name}" value="{escape(value)}" maxlength="300" autocomplete="off"{must}></label>'
    )


def _lines(name: str, label: str, values: Sequence[str]) -> str:
    text, rows = escape("\n".join(values)), min(6, max(2, len(values)))
    return (
        f'<label class="pk-lib-field"><span>{label}</span>{_hint(name)}'
        f'<textarea name="{name}" rows="{rows}" maxlength="4000">{text}</textarea></label>'
    )


def _choice(name: str, label: str, value: str) -> str:
    options = "".join(
        f'<option value="{each}"{" selected" if each == value else ""}>{each or "不详"}</option>'
        for each in LEVELS
    )
    return f'<label class="pk-lib-field"><span>{label}</span><select name="{name}">{options}</select></label>'


def correction_html(correction: Correction) -> str:
    """What a correction comes to, before it is made."""
    if not correction.changes:
        return (
            '<h3>没有改动</h3><p class="pk-meta">填写的内容与现在的一致。</p><div class="pk-lib-buttons">'
            '<button type="button" class="pk-lib-small" data-back>返回修改</button></div>'
        )
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(old) or "（空）"}</td><td>{escape(new) or "（空）"}</td></tr>'
        for label, old, new in correction.changes
    )
    notes: list[str] = []
    if correction.renames:
        numbered = len(correction.after.clauses)
        notes.append(
            escape(
                f"条款编号将以“{correction.after.id}”开头（现为“{correction.before.id}”，共 {numbered} 处），"
                "指向旧编号的链接会失效。"
            )
        )
    if correction.carried:
        notes.append(f"自行确认的规则随之改到新的信息，继续有效：{_names(correction.carried)}")
    if correction.stopped:
        notes.append(f"随附的规则以旧编号为依据，不再能测算：{_names(correction.stopped)}")
    items = "".join(f"<li>{each}</li>" for each in notes)
    return (
        '<h3>确认改动</h3><div class="pk-calc pk-lib-changes"><table><thead><tr><th scope="col">项目</th><th scope="col">现在</th>'
        f'<th scope="col">改为</th></tr></thead><tbody>{rows}</tbody></table></div>'
        f"{f'<ul class=pk-lib-notes>{items}</ul>' if items else ''}"
        '<p class="pk-failure" role="alert" data-wrong hidden></p><div class="pk-lib-buttons">'
        '<button type="button" class="pk-lib-main" data-correct>确认修改</button>'
        '<button type="button" class="pk-lib-small" data-back>返回修改</button></div>'
    )


def removal_html(document: PolicyDocument, clauses: int, rules: Sequence[Rule]) -> str:
    """What the removal of a document comes to, before it is made."""
    lost = f"以它为依据的补贴规则不再能测算：{_names(rules)}" if rules else "没有以它为依据的补贴规则。"
    name = escape(document.id)
    return (
        f'<h3 id="pk-dialog-title">删除文件</h3><p>要从知识库删除{escape(document.name)}吗？</p><ul class="pk-lib-notes">'
        f"<li>它的 {clauses} 条条款不再能检索和引用。</li><li>{lost}</li>"
        "<li>原来的文件不会被删除，重新入库即可恢复。</li></ul>"
        '<p class="pk-failure" role="alert" data-wrong hidden></p><div class="pk-lib-buttons">'
        f'<button type="button" class="pk-lib-main pk-lib-danger" data-remove-now="{name}">删除</button>'
        '<button type="button" class="pk-lib-small" data-cancel>取消</button></div>'
    )


def _names(rules: Sequence[Rule]) -> str:
    """Rules by title and id; more than a few fold away."""
    names = [escape(f"{rule.title}（{rule.id}）") for rule in rules]
    if len(names) <= _FEW:
        return "、".join(names) + "。"
    items = "".join(f"<li>{name}</li>" for name in names)
    return f"{'、'.join(names[:2])}等 {len(names)} 条。<details><summary>全部列出</summary><ul>{items}</ul></details>"
