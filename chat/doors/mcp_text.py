"""What the MCP tools say as text: a model reads it, so the label stands before each clause and the words are verbatim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from chat.relevance import remark
from chat.wording import document_facts, standing_text, written
from kb.lifecycle import Standing

if TYPE_CHECKING:
    from corpus import Clause, PolicyDocument
    from kb.finding import Found
    from kb.lifecycle import DocumentRecord


def found_text(found: Found, records: Mapping[str, DocumentRecord]) -> str:
    """What was understood and what to beware of, then each clause: label, document, words."""
    head = []
    if found.understood.conditions:
        head.append(f"识别出的条件：{'｜'.join(each.label for each in found.understood.conditions)}")
    head += [unknown.notice for unknown in found.understood.unknown]
    blocks = [*head, remark(found)]
    for hit in found.hits:
        standing = records[hit.document_id].standing(date.today())
        note = "" if standing is Standing.IN_FORCE else f"（{standing}）"
        blocks.append(f"{hit.clause.label}{note}　{hit.document_name}\n“{hit.clause.text}”")
    return "\n\n".join(filter(None, blocks))


def clause_text(document: PolicyDocument, clause: Clause, record: DocumentRecord) -> str:
    """A clause: label, document and whether it is in force, what it stands under, its words."""
    lines = [f"{clause.label}　{document.name}（{standing_text(record, date.today())}）"]
    if above := [each.heading or each.path[-1] for each in document.ancestors(clause)]:
        lines.append(f"上级：{' › '.join(above)}")
    if clause.lead:
        lines.append(f"牵头单位：{'、'.join(clause.lead)}")
    if clause.participants:
        lines.append(f"{'参与' if clause.lead else '责任'}单位：{'、'.join(clause.participants)}")
    lines.append(f"“{clause.text}”")
    if below := [each.label for each in document.children(clause)]:
        lines.append(f"下一级条款：{'、'.join(below)}")
    return "\n".join(lines)


def document_text(document: PolicyDocument, record: DocumentRecord) -> str:
    """A whole document: what is known of it, then each node of its tree under its label."""
    facts = "，".join([*document_facts(document), standing_text(record, date.today())])
    nodes = [f"【{clause.label}】\n{clause.text}" for clause in document.clauses if clause.text.strip()]
    return "\n\n".join([f"{document.name}\n{facts}", *nodes])


def rules_text(form: Mapping[str, Any]) -> str:
    """The rules of a form, each with its inputs and the words it rests on."""
    return "\n\n".join("\n".join(_rule_lines(rule)) for rule in form["rules"]) or "没有相符的规则。"


def _rule_lines(rule: Mapping[str, Any]) -> Iterator[str]:
    yield f"{rule['id']}　{rule['title']}（{rule['figures']}）"
    for each in rule["inputs"]:
        must = "必填" if each["required"] else "可不填"
        yield f"  {each['name']}：{each['label']}，{must}，如 {each['example']}"
    yield f"  依据 {written(rule['clauses'][0])}：“{rule['quote']}”"


def documents_text(documents: Sequence[DocumentRecord], total: int) -> str:
    """Documents, a line each."""
    today = date.today()
    lines = [
        f"{record.name}　{standing_text(record, today)}　{record.clause_count} 条　编号 {record.id}"
        for record in documents
    ]
    more = f"共 {total} 份，" if total > len(documents) else ""
    return "\n".join([f"{more}列出 {len(documents)} 份：", *lines]) if lines else "没有相符的文件。"
