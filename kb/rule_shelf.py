"""The rules of one knowledge base: those we ship, those a person has confirmed, and drafts made of the clauses.

A rule whose clause says something else by now computes nothing: it is left out, and what no longer fits is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import NotFound, PolicyDocument, RegisterError
from kb.knowledge_base import KnowledgeBase
from kb.names import matching_documents
from kb.rule_check import check_rules, sources, uncovered
from kb.rule_drafts import document_drafts, summary, without_covered
from kb.rule_files import load_rule, rule_yaml, shipped_rules
from kb.rules import Kind, Rule, RuleStatus

_FOLDER = "rules"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be computed with, and what is wrong with the rest.

    Attributes:
        rules: confirmed rules that say what their clauses say.
        waiting: rules in the home folder that nobody has confirmed.
        rejected: drafts that a person has put away; what they say is not drafted again.
        stopped: confirmed rules whose clause says something else by now.
        problems: what is wrong with the others, one Chinese line each.
    """

    rules: tuple[Rule, ...]
    waiting: tuple[Rule, ...] = ()
    stopped: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()
    rejected: tuple[Rule, ...] = ()

    def find(self, name: str) -> Rule | None:
        """The rule of this id or title, whatever its state."""
        known = (*self.rules, *self.waiting, *self.stopped, *self.rejected)
        return next((rule for rule in known if name in (rule.id, rule.title)), None)


def read_shelf(kb: KnowledgeBase) -> Shelf:
    """The rules of a knowledge base; shipped ones only of documents that are in it.

    A file that cannot be read is told of and left out.
    """
    there = {record.id for record in kb.records()}
    own, problems = _own_rules(rules_folder(kb))
    own = [rule for rule in own if there & _documents(rule)]  # the others wait for their documents
    rejected = tuple(rule for rule in own if rule.status is RuleStatus.REJECTED)
    own = [rule for rule in own if rule not in rejected]
    ids = {rule.id for rule in own}
    shipped = [rule for rule in shipped_rules() if there & _documents(rule)]
    used = [rule for rule in shipped if rule.id not in ids]
    confirmed = [rule for rule in own if rule.is_confirmed]
    text = clause_texts(kb)
    absent = {c for rule in shipped for c in named_clauses([rule]) if _document(c) not in there}
    wrong = [
        problem
        for problem in (
            *check_rules([*used, *confirmed], text, whole=False),
            *uncovered(
                shipped, text
            ),  # as they shipped: a rule of one's own in place of one leaves the others whole
        )
        if not any(problem.endswith(f"没有条款 {clause}。") for clause in absent)
    ]
    stale = {rule_of(problem) for problem in wrong}
    return Shelf(
        rules=tuple(rule for rule in (*used, *confirmed) if rule.id not in stale),
        waiting=tuple(rule for rule in own if not rule.is_confirmed),
        stopped=tuple(rule for rule in (*used, *confirmed) if rule.id in stale),
        problems=(*problems, *wrong),
        rejected=rejected,
    )


def rule_of(problem: str) -> str:
    """Id of the rule a problem is of; the file's name where it cannot be read.

    >>> rule_of("规则 clinical_trial 的 rate：引文……"), rule_of("规则文件 a.yaml 第1行……")
    ('clinical_trial', 'a.yaml')
    """
    return problem.split(" ", 2)[1]


def in_short(problems: Sequence[str]) -> list[str]:
    """One line for each rule that is stopped: a figure that is wrong, else the first thing that is."""
    of_rules: dict[str, list[str]] = {}
    for problem in problems:
        of_rules.setdefault(rule_of(problem), []).append(problem)
    return [
        min(each, key=lambda problem: problem.split(" 的 ", 1)[-1].startswith(("bases", "conditions")))
        for each in of_rules.values()
    ]


def drafts(kb: KnowledgeBase, shelf: Shelf, doc: str | None = None) -> tuple[Rule, ...]:
    """Drafts of all clauses, or of one document's, that no rule of the shelf covers; those being edited as edited.

    Raises:
        NotFound: no document fits ``doc``.
    """
    records = kb.records()
    chosen = matching_documents(records, doc) if doc else {record.id for record in records}
    made = [rule for key in sorted(chosen) for rule in document_drafts(kb.document(key))]
    edited = {rule.id: rule for rule in (*shelf.waiting, *shelf.stopped)}
    put_away = (*shelf.rules, *shelf.rejected)
    fresh = without_covered((rule for rule in made if rule.id not in edited), put_away)
    kept = [rule for rule in shelf.waiting if document_of(rule) in chosen]
    return (*kept, *fresh)


def find_rule(kb: KnowledgeBase, shelf: Shelf, name: str) -> Rule:
    """The rule or draft of an id or title.

    Raises:
        NotFound: there is none.
    """
    found = shelf.find(name) or next(
        (each for each in drafts(kb, shelf) if name in (each.id, each.title)), None
    )
    if found is None:
        computing = [rule.id for rule in shelf.rules if rule.kind is not Kind.QUALIFICATION]
        listed = "、".join(computing) or "暂无"
        raise NotFound(f"没有规则“{name}”。可以测算的有：{listed}；草稿另见规则草稿清单。")
    return found


def usable_rule(kb: KnowledgeBase, shelf: Shelf, name: str) -> Rule:
    """The rule of an id or title to compute with.

    Raises:
        NotFound: there is none.
        RegisterError: it was stopped, because its clause says something else by now.
    """
    rule = find_rule(kb, shelf, name)
    if rule in shelf.stopped:
        (why,) = in_short([problem for problem in shelf.problems if rule_of(problem) == rule.id])
        raise RegisterError(f"规则 {rule.id} 与条款原文不符，已停用：{why}{_how_to_mend(kb, rule)}")
    return rule


def problems_of(kb: KnowledgeBase, rule: Rule) -> list[str]:
    """What a rule says that its clauses do not, were it confirmed."""
    confirmed = rule.model_copy(update={"status": RuleStatus.CONFIRMED})
    return check_rules([confirmed], clause_texts(kb), whole=False)


def confirm(kb: KnowledgeBase, shelf: Shelf, name: str, edited: Rule | None = None) -> Rule:
    """Confirm a draft after checking it against its clauses; from then on it computes.

    Args:
        kb: the knowledge base.
        shelf: its rules.
        name: id or title of the draft, or of a rule that is to be put right.
        edited: what a person has made of it, where it was edited elsewhere than in its file.

    Raises:
        NotFound: there is no such draft.
        RegisterError: it says what its clause does not.
    """
    found = find_rule(kb, shelf, name)
    rule = (edited or found).model_copy(update={"status": RuleStatus.CONFIRMED})
    if problems := problems_of(kb, rule):
        more = f"（另有 {len(problems) - 1} 处）" if len(problems) > 1 else ""
        raise RegisterError(f"{in_short(problems)[0]}{more}{_how_to_mend(kb, rule)}")
    kb.audit.check()
    _write(kb, rule)
    action = "改规则" if found.is_confirmed and found != rule else "确认规则"
    was = f"，原为：{summary(found)}" if summary(found) != summary(rule) else ""
    kb.audit.note(action, rule.id, f"{rule.title}：{summary(rule)}{was}（{rule.bases[0].clause}）")
    return rule


def reject(kb: KnowledgeBase, shelf: Shelf, name: str) -> Rule:
    """Put a draft away: it is not listed and not matched any more, until its clause says something else or it is dropped.

    Raises:
        NotFound: there is no such draft.
        RegisterError: it was confirmed.
    """
    rule = find_rule(kb, shelf, name)
    if rule.is_confirmed:
        raise RegisterError(f"规则 {rule.id} 已经确认，不是草稿；要停用它请撤销。")
    kb.audit.check()
    _write(kb, put_away := rule.model_copy(update={"status": RuleStatus.REJECTED}))
    kb.audit.note("不采用草稿", rule.id, f"{rule.title}：{summary(rule)}（{rule.bases[0].clause}）")
    return put_away


def carried(kb: KnowledgeBase, before: PolicyDocument, after: PolicyDocument) -> tuple[Rule, ...]:
    """The rules of the home folder that follow a document whose id or days have changed, as they will be."""
    own, _ = _own_rules(rules_folder(kb))
    followed = ((rule, _following(rule, before, after)) for rule in own if before.id in _documents(rule))
    return tuple(new for old, new in followed if new != old)


def carry(kb: KnowledgeBase, before: PolicyDocument, after: PolicyDocument) -> None:
    """Let them follow.

    Raises:
        RegisterError: one cannot be written.
    """
    for rule in carried(kb, before, after):
        _write(kb, rule)
        kb.audit.note("改规则", rule.id, f"{rule.title}：随文件信息的更正，依据改为 {rule.bases[0].clause}")


def _following(rule: Rule, before: PolicyDocument, after: PolicyDocument) -> Rule:
    """A rule with the clause ids and the days in force of a document as they are now."""
    days = (
        ("valid_from", before.effective_from, after.effective_from),
        (
            "valid_to",
            before.effective_to,
            after.effective_to,
        ),
    )

    def followed(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [followed(each) for each in value]
        if isinstance(value, str) and value.startswith(f"{before.id} "):
            return after.id + value.removeprefix(before.id)
        if not isinstance(value, dict):
            return value
        new = {key: followed(each) for key, each in value.items()}
        if str(value.get("clause", "")).startswith(f"{before.id} "):
            new |= {key: now for key, was, now in days if key in value and value[key] == was}
        return new

    return Rule.model_validate(followed(rule.model_dump()))


def _how_to_mend(kb: KnowledgeBase, rule: Rule) -> str:
    return f"请按现在的条款改正 {rule_path(kb, rule.id)} 后再确认；或撤销规则 {rule.id}，再确认新的草稿。"


def save(kb: KnowledgeBase, rule: Rule) -> Path:
    """Write a rule into the home folder, to be edited there; returns its file.

    Raises:
        RegisterError: it cannot be written.
    """
    kb.audit.check()
    path = _write(kb, rule)
    kb.audit.note("编辑规则", rule.id, f"{rule.title}：已写入 {path.name} 供修改")
    return path


def _write(kb: KnowledgeBase, rule: Rule) -> Path:
    path = rule_path(kb, rule.id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text(rule_yaml(rule), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise RegisterError(
            f"规则文件 {path} 写不进去（{error.strerror}），请检查权限和磁盘空间。"
        ) from error
    return path


def drop(kb: KnowledgeBase, name: str) -> str:
    """Remove a rule from the home folder; a draft of its clause is shown again. Returns its id.

    Raises:
        NotFound: it is not there; those we ship stay.
    """
    own, _ = _own_rules(rules_folder(kb))
    rule = next((each for each in own if name in (each.id, each.title)), None)
    if rule is None:
        raise NotFound(f"知识库文件夹的 rules 里没有规则“{name}”，请查看规则清单；随附的规则不能删除。")
    kb.audit.check()
    rule_path(kb, rule.id).unlink(missing_ok=True)
    action = {RuleStatus.CONFIRMED: "撤销规则", RuleStatus.REJECTED: "恢复草稿"}.get(rule.status, "删除草稿")
    kb.audit.note(action, rule.id, f"{rule.title}：{summary(rule)}（{rule.bases[0].clause}）")
    return rule.id


def rules_folder(kb: KnowledgeBase) -> Path:
    """Where the rules a person has made or confirmed are."""
    return kb.settings.home / _FOLDER


def rule_path(kb: KnowledgeBase, rule_id: str) -> Path:
    """The file of a rule in the home folder."""
    return rules_folder(kb) / f"{rule_id}.yaml"


def document_of(rule: Rule) -> str:
    """Id of the document a rule rests on first."""
    return _document(rule.bases[0].clause)


def _document(clause_id: str) -> str:
    return clause_id.rpartition(" ")[0]


def _documents(rule: Rule) -> set[str]:
    return {_document(clause) for clause in rule.clauses}


def clause_texts(kb: KnowledgeBase) -> Callable[[str], str | None]:
    """Gives the cleaned text of a clause of a knowledge base, None where there is no such clause."""

    def text(clause_id: str) -> str | None:
        try:
            return kb.clause(clause_id).text
        except NotFound:
            return None

    return text


def stamp(kb: KnowledgeBase) -> tuple[object, ...]:
    """Changes whenever the rules of a knowledge base may have: its documents, or the files of its folder."""
    folder = rules_folder(kb)
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    return (kb.revision, *((path.name, path.stat().st_mtime_ns) for path in files))


def _own_rules(folder: Path) -> tuple[list[Rule], list[str]]:
    """The rules of a home folder, and what is wrong with the files that cannot be read."""
    rules: dict[str, Rule] = {}
    problems = []
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        try:
            rule = load_rule(path)
        except RegisterError as error:
            problems.append(str(error))
            continue
        if rule.id in rules:
            problems.append(f"规则文件 {path.name} 的 id {rule.id} 与另一个文件重复，已略过；请改用别的 id。")
            continue
        rules[rule.id] = rule
    return list(rules.values()), problems


def named_clauses(rules: Sequence[Rule]) -> Iterator[str]:
    """Ids of the clauses that rules quote."""
    for rule in rules:
        for _, source in sources(rule):
            yield source.clause
