"""Pages that stand on their own, without Gradio and without a script: of a clause, and of what is not there."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from chat.links import clause_path, open_path
from chat.page.markup import Tagged, styled_paragraphs
from chat.page.source import neighbours, trail_name, unit_lines
from chat.page.style import asset
from chat.wording import TITLE, citation_text, document_facts, is_part
from corpus import Clause, PolicyDocument
from kb.lifecycle import DocumentRecord

_MOST = 200  # clauses shown below one


def page_html(title: str, kind: str, body: str, home: str = "/", *, indexed: bool = True) -> str:
    """A whole page.

    Args:
        title: of the browser's tab.
        kind: what sort of page it is, shown beside the name of the app.
        body: HTML.
        home: address of the app.
        indexed: whether search machines may list it.
    """
    robots = "" if indexed else '\n<meta name="robots" content="noindex">'
    values = {"ROBOTS": robots, "NAME": escape(TITLE), "KIND": escape(kind), "HOME": escape(home)}
    before, _, after = asset("standalone.html").partition("BODY\n")
    head, _, rest = before.partition("TITLE")
    for name, value in values.items():
        head, rest = head.replace(name, value), rest.replace(name, value)
    return f"{head}{escape(title)} · {escape(TITLE)}{rest}{body}\n{after}"


def clause_html(
    document: PolicyDocument, clause: Clause, record: DocumentRecord | None, home: str = "/"
) -> str:
    """A clause with what is below it, where it stands, its neighbours and a citation to copy.

    Args:
        document: the document it is in.
        clause: the clause.
        record: the document in the knowledge base, which knows whether it was repealed.
        home: address of the app, which links begin with.
    """
    steps = [f"<li>{_link(above, trail_name(above), home)}</li>" for above in document.ancestors(clause)]
    steps.append(f'<li aria-current="page">{escape(trail_name(clause))}</li>')
    label = trail_name(clause) if is_part(clause) else clause.label
    facts = " · ".join(document_facts(document, record))
    units = "".join(f'<p class="meta">{escape(line)}</p>' for line in unit_lines(clause))
    cited = escape(citation_text(document, clause, clause.text.replace("\n", "")))
    return (
        f'<h1>{escape(label)}</h1><p>《{escape(document.title)}》</p><p class="meta">{escape(facts)}</p>'
        f'<h2>所在位置</h2><ol class="trail" aria-label="所在位置">{"".join(steps)}</ol>'
        f'<article class="clause">{_text_html(clause)}</article>{units}{_below_html(document, clause, home)}'
        f'<h2>规范引用（点一下即可全选复制）</h2><p class="cite">{cited}</p>'
        f'<a class="button" href="{escape(home + open_path(clause.id))}">在知识库中打开</a>'
        f"{_neighbours_html(document, clause, home)}"
    )


def missing_html(clause_id: str, home: str = "/") -> str:
    """What is said where there is no such clause."""
    search = f"{home}?q={quote(clause_id, safe='')}#search"
    return (
        f"<h1>没有这一条</h1><p>知识库里没有“{escape(clause_id)}”。文件可能已被删除或更新，条款编号也可能随之变化。</p>"
        f'<a class="button" href="{escape(search)}">在知识库中检索</a>'
    )


def _below_html(document: PolicyDocument, clause: Clause, home: str) -> str:
    depth = len(clause.path)
    below = [
        each
        for each in document.clauses
        if each is not clause and not is_part(each) and each.path[:depth] == clause.path
    ]
    shown = "".join(
        f'<section><span class="where">{_link(each, trail_name(each), home)}</span>{_text_html(each)}</section>'
        for each in below[:_MOST]
    )
    rest = (
        f'<p class="meta">下面还有 {len(below) - _MOST} 条，请在知识库中打开查看。</p>'
        if len(below) > _MOST
        else ""
    )
    return f'<h2>本条下的各项</h2><div class="below">{shown}</div>{rest}' if below else ""


def _text_html(clause: Clause) -> str:
    at = clause.text.find(clause.heading) if clause.heading else -1
    return styled_paragraphs(clause.text, [Tagged(0, at + len(clause.heading), "b")] if at >= 0 else [])


def _neighbours_html(document: PolicyDocument, clause: Clause, home: str) -> str:
    named = zip(("上一条", "下一条"), neighbours(document, clause), strict=True)
    links = "".join(_link(other, f"{name}：{trail_name(other)}", home) for name, other in named if other)
    return f'<nav aria-label="相邻条款">{links}</nav>' if links else ""


def _link(clause: Clause, text: str, home: str) -> str:
    return f'<a href="{escape(home + clause_path(clause.id))}">{escape(text)}</a>'
