"""What was read of an uploaded file as HTML, for an admin to judge before it is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from chat.page.markup import lines
from chat.wording import KIND_NAMES, document_facts, is_part, short_label
from corpus import Clause, PolicyDocument
from kb.staging.foresee import Comes, Foreseen
from kb.staging.shelf import Staged

_SNIPPET = 70  # characters of a clause in the tree
_CLOSED = ("）", "、", "章", "节", "条")  # labels that need no mark after them
_NODES = 3000
_TEXT = 300_000  # characters beside the tree
_COMES = {
    Comes.NEW: "",
    Comes.SAME: "知识库中已有内容相同的《{title}》（来自 {source}），收入后不会重复。",
    Comes.REPLACES: "收入后将替换知识库中现有的《{title}》（来自 {source}）。",
    Comes.CLASHES: "文号（没有文号时为标题）与知识库中的《{title}》（来自 {source}）相同，内容却大不相同，不能收入；"
    "请核对文号，或先删除那份文件。",
}


def preview_html(staged: Staged, foreseen: Foreseen) -> str:
    """The whole preview: what is doubtful, the form, the clauses, and the pages or the text beside them.

    Args:
        staged: the file.
        foreseen: the document, and what accepting it would come to.
    """
    document = foreseen.document
    beside = _pages(staged) if staged.pages else _text(document)
    return (
        f'<header class="pk-up-preview-head"><h3 id="pk-preview-title">{escape(staged.name)}</h3>'
        '<button type="button" class="pk-up-small" data-close-preview>关闭预览</button>'
        f'<p class="pk-meta">{escape(" · ".join(_facts(document)))}</p></header>'
        f"{_comes(foreseen)}{_warnings(document)}{_form(document)}"
        f'<div class="pk-up-split"><section class="pk-up-tree" tabindex="0" aria-label="读出的条款">{_tree(document)}</section>'
        f'<section class="pk-up-beside" aria-label="原文">{beside}</section></div>'
        '<footer class="pk-up-preview-foot"><p class="pk-failure" role="alert" data-wrong hidden></p>'
        '<button type="button" class="pk-up-main" data-accept>收入知识库</button>'
        '<button type="button" class="pk-up-small pk-up-danger" data-discard>放弃</button></footer>'
    )


def _facts(document: PolicyDocument) -> Iterator[str]:
    yield f"《{document.title}》"
    yield from document_facts(document)
    if not document.doc_number:
        yield "没有读出文号"
    yield f"{sum(not is_part(clause) for clause in document.clauses)} 条"


def _comes(foreseen: Foreseen) -> str:
    said = _COMES[foreseen.comes].format(title=foreseen.title, source=foreseen.source_name)
    mood = " pk-up-clashes" if foreseen.comes is Comes.CLASHES else ""
    return f'<p class="pk-up-comes{mood}">{escape(said)}</p>' if said else ""


def _warnings(document: PolicyDocument) -> str:
    if not document.warnings:
        return ""
    items = "".join(f"<li>{escape(each)}</li>" for each in document.warnings)
    opened = " open" if len(document.warnings) <= 3 else ""
    return (
        f'<details class="pk-up-doubts"{opened}><summary>{len(document.warnings)} 处需要核对</summary>'
        f"<ul>{items}</ul></details>"
    )


def _form(document: PolicyDocument) -> str:
    """The facts that are wrong most often; the others can be mended once the file is in."""
    days = (
        ("issued_on", "印发日期", document.issued_on),
        ("effective_from", "施行日期", document.effective_from),
        ("effective_to", "失效日期", document.effective_to),
    )
    return (
        '<form class="pk-up-preview-form" novalidate aria-label="文件信息，读错的可以改">'
        + _line("title", "标题", document.title, required=True)
        + _line("doc_number", "文号", document.doc_number)
        + '<div class="pk-up-three">'
        + "".join(_line(name, label, str(day or "")) for name, label, day in days)
        + "</div></form>"
    )


def _line(name: str, label: str, value: str, required: bool = False) -> str:
    must = " required" if required else ""
    return (
        f'<label class="pk-up-field"><span>{label}</span>'
        f'<input name="{name}" value="{escape(value)}" maxlength="300" autocomplete="off"{must}></label>'
    )


def _tree(document: PolicyDocument) -> str:
    shown = document.clauses[:_NODES]
    items = "".join(_node(document, number, clause) for number, clause in enumerate(shown))
    more = len(document.clauses) - len(shown)
    rest = f'<p class="pk-meta">还有 {more} 条没有列出，收入后可以在原文中查看。</p>' if more else ""
    return f"<ol>{items}</ol>{rest}"


def _node(document: PolicyDocument, number: int, clause: Clause) -> str:
    place = document.place(clause.span.start)
    page = place.page if place else 0
    text = " ".join(clause.text.split())
    text = text if is_part(clause) else text.removeprefix(clause.path[-1]).lstrip("、.． ")
    name = KIND_NAMES[clause.kind] if is_part(clause) else short_label(clause, document.id)
    name += "、" if not is_part(clause) and not name.endswith(_CLOSED) else ""
    snippet = text[:_SNIPPET] + ("……" if len(text) > _SNIPPET else "")
    shown = f'<span class="pk-up-tree-page">第{page}页</span>' if page else ""
    return (
        f'<li class="pk-up-tree-l{min(clause.level, 4)}"><button type="button" data-node="{number}" data-at="{page}">'
        f"<b>{escape(name)}</b> <span>{escape(snippet)}</span>{shown}</button></li>"
    )


def _pages(staged: Staged) -> str:
    return (
        '<div class="pk-up-turns"><button type="button" class="pk-up-small" data-turn="-1">上一页</button>'
        f'<span role="status"><span data-number>1</span> / {staged.pages} 页</span>'
        '<button type="button" class="pk-up-small" data-turn="1">下一页</button></div>'
        f'<div class="pk-up-page" tabindex="0" data-pages="{staged.pages}" data-base="/library/files/{escape(staged.token)}/pages/">'
        '<p class="pk-meta" data-page-said role="status">正在生成页面图像……</p><img alt=""></div>'
    )


def _text(document: PolicyDocument) -> str:
    """The extracted text, cut where the clauses begin."""
    parts, length = [], 0
    for number, clause in enumerate(document.clauses[:_NODES]):
        text = document.source[clause.span.start : clause.span.end]
        length += len(text)
        if length > _TEXT:
            parts.append('<p class="pk-meta">后面的文字没有列出，收入后可以在原文中查看。</p>')
            break
        parts.append(f'<p data-text="{number}">{lines(text)}</p>')
    return f'<div class="pk-up-text" tabindex="0">{"".join(parts)}</div>'
