"""The rules of one knowledge base: those we ship, those a person has confirmed, and drafts made of the clauses.

A rule whose clause says something else by now computes nothing: it is left out, and what no longer fits is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import NotFound, RegisterError
from kb.knowledge_base import KnowledgeBase
from kb.names import matching_documents
from kb.rule_check import check_rules, sources, uncovered
from kb.rule_drafts import document_drafts, without_covered
from kb.rule_files import load_rule, rule_yaml, shipped_rules
from kb.rules import Kind, Rule, RuleStatus

_FOLDER = "rules"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be computed with, and what is wrong with the rest.

    Attributes:
        rules: confirmed rules that say what their clauses say.
        waiting: rules in the home folder that nobody has confirmed.
        stopped: confirmed rules whose clause says something else by now.
        problems: what is wrong with the others, one Chinese line each.
    """

    rules: tuple[Rule, ...]
    waiting: tuple[Rule, ...] = ()
    stopped: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()

    def find(self, name: str) -> Rule | None:
        """The rule of this id or title, whatever its state."""
        known = (*self.rules, *self.waiting, *self.stopped)
        return next((rule for rule in known if name in (rule.id, rule.title)), None)


def read_shelf(kb: KnowledgeBase) -> Shelf:
    """The rules of a knowledge base; shipped ones only of documents that are in it.

    A file that cannot be read is told of and left out.
    """
    there = {record.id for record in kb.records()}
    own, problems = _own_rules(rules_folder(kb))
    own = [rule for rule in own if there & _documents(rule)]  # the others wait for their documents
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
    fresh = without_covered((rule for rule in made if rule.id not in edited), shelf.rules)
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
        raise NotFound(f"没有规则“{name}”。可以测算的有：{listed}；草稿见 policykb rules --draft。")
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


def confirm(kb: KnowledgeBase, shelf: Shelf, name: str) -> Rule:
    """Confirm a draft after checking it against its clauses; from then on it computes.

    Raises:
        NotFound: there is no such draft.
        RegisterError: it says what its clause does not.
    """
    rule = find_rule(kb, shelf, name).model_copy(update={"status": RuleStatus.CONFIRMED})
    if problems := check_rules([rule], clause_texts(kb), whole=False):
        more = f"（另有 {len(problems) - 1} 处）" if len(problems) > 1 else ""
        raise RegisterError(f"{in_short(problems)[0]}{more}{_how_to_mend(kb, rule)}")
    save(kb, rule)
    return rule


def _how_to_mend(kb: KnowledgeBase, rule: Rule) -> str:
    return (
        f"请按现在的条款改正 {rule_path(kb, rule.id)} 后再确认；"
        f"或用 policykb rules drop {rule.id} 删去，再确认新的草稿。"
    )


def save(kb: KnowledgeBase, rule: Rule) -> Path:
    """Write a rule into the home folder; returns its file.

    Raises:
        RegisterError: it cannot be written.
    """
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
        raise NotFound(
            f"知识库文件夹的 rules 里没有规则“{name}”，可用 policykb rules 查看；随附的规则不能删除。"
        )
    rule_path(kb, rule.id).unlink(missing_ok=True)
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
