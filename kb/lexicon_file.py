"""The file form of the policy lexicon; its head says in Chinese how to write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from corpus import RegisterError
from kb.tokens import DECISIVE_WORDS, fold

_SAME = "同义"
_RELATED = "相关"
_INTERCHANGEABLE = "可互换"
_UNTOUCHED = "不扩展"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time where PyYAML has its C part
_FORM = "应是“政策用语: [口语, …]”的形式"


@dataclass(frozen=True, slots=True)
class Entries:
    """What a lexicon file says.

    Attributes:
        synonyms: policy term to words of the same meaning; every term has an entry, some an empty one.
        related: policy term to words that often mean it.
        interchangeable: sets of words that may stand for one another.
        untouched: words in which shorter words say nothing of their own.
    """

    synonyms: dict[str, list[str]] = field(default_factory=dict)
    related: dict[str, list[str]] = field(default_factory=dict)
    interchangeable: list[list[str]] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)

    def updated(self, other: Entries) -> Entries:
        """These entries with others over them: a term of the others replaces its line here."""
        related = {term: words for term, words in self.related.items() if term not in other.synonyms}
        own = {fold(word) for words in _lists(other) for word in words}
        return Entries(
            self.synonyms | other.synonyms,
            related | other.related,
            self.interchangeable + other.interchangeable,
            [word for word in self.untouched if fold(word) not in own] + other.untouched,
        )


def _lists(entries: Entries) -> Iterator[list[str]]:
    yield from entries.synonyms.values()
    yield from entries.related.values()
    yield from entries.interchangeable


def read_entries(path: Path) -> Entries:
    """Read a lexicon file.

    Raises:
        RegisterError: unreadable, not of this form, or a word that cannot stand there; with file, line and advice.
    """
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterError(f"{path.name}：词表读不出来，请确认文件存在、是 UTF-8 编码后重试。") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行" if mark else ""
        raise RegisterError(f"{path.name}{where}：不是合规的 YAML，{_FORM}，请改正后重试。") from error
    return _Reader(path.name).read(root)


class _Reader:
    """Nodes of one YAML file to entries; the nodes know their lines."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._entries = Entries()
        self._seen: dict[str, int] = {}  # term to its line

    def read(self, root: yaml.Node | None) -> Entries:
        if not isinstance(root, yaml.MappingNode):
            raise self._error(root, f"{_FORM}")
        self._mapping(root, may_group=True)
        return self._entries

    def _mapping(self, node: yaml.MappingNode, may_group: bool) -> None:
        for key, value in node.value:
            name = self._word(key)
            if name == _UNTOUCHED:
                self._entries.untouched.extend(self._words(value))
            elif name == _INTERCHANGEABLE:
                self._interchangeable(value)
            elif isinstance(value, yaml.SequenceNode):
                self._term(key, {_SAME: value})
            elif isinstance(value, yaml.MappingNode) and _is_entry(value):
                self._term(key, {part.value: words for part, words in value.value})
            elif isinstance(value, yaml.MappingNode) and may_group:
                self._mapping(value, may_group=False)
            else:
                raise self._error(value, f"“{name}”后面{_FORM.removeprefix('应是')}才对")

    def _term(self, key: yaml.Node, parts: dict[str, yaml.Node]) -> None:
        term = self._word(key)
        self._refuse_decisive(key, term)
        if term in self._seen:
            raise self._error(key, f"“{term}”在第{self._seen[term]}行已经写过，请合并成一行")
        self._seen[term] = key.start_mark.line + 1
        said = {fold(term): "政策用语本身"}
        for part in (_SAME, _RELATED):
            words = self._words(parts[part], said) if part in parts else []
            if part == _SAME:
                self._entries.synonyms[term] = words
            elif words:
                self._entries.related[term] = words

    def _interchangeable(self, node: yaml.Node) -> None:
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, f"“{_INTERCHANGEABLE}”下面应每行一组：- [二期, Ⅱ期]")
        for line in node.value:
            words = self._words(line)
            if len(words) < 2:
                raise self._error(line, f"“{_INTERCHANGEABLE}”的一组至少要有两个词")
            self._entries.interchangeable.append(words)

    def _words(self, node: yaml.Node, said: dict[str, str] | None = None) -> list[str]:
        """Words of a list, each once; ``said`` are those that stand before it, and grows."""
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, "这里应是方括号里的一串词：[词, 词]")
        said = {} if said is None else said
        words = []
        for item in node.value:
            word = self._word(item)
            self._refuse_decisive(item, word)
            if fold(word) in said:
                raise self._error(item, f"“{word}”与{said[fold(word)]}重复，请去掉一个")
            said[fold(word)] = f"同一行的“{word}”"
            words.append(word)
        return words

    def _word(self, node: yaml.Node) -> str:
        word = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
        if not word:
            raise self._error(node, f"有空的或不是词的条目，{_FORM}")
        return word

    def _refuse_decisive(self, node: yaml.Node, word: str) -> None:
        if fold(word) in DECISIVE_WORDS:
            raise self._error(node, f"“{word}”决定条款的意思，不能当作近义词，请去掉")

    def _error(self, node: yaml.Node | None, what: str) -> RegisterError:
        where = "" if node is None else f"第{node.start_mark.line + 1}行"
        return RegisterError(f"{self._name}{where}：{what}，请改正后重试。")


def _is_entry(node: yaml.MappingNode) -> bool:
    return bool(node.value) and all(part.value in (_SAME, _RELATED) for part, _ in node.value)
