"""The policy lexicon: the words policies use for what people say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from corpus import RegisterError

_FILE = Path(__file__).parent / "lexicon.yaml"


class Lexicon:
    """Policy terms and the everyday words for them.

    >>> Lexicon({"高新技术企业": ["高企"]}).terms_for("高企有什么好处")
    ['高新技术企业']
    """

    def __init__(self, synonyms: Mapping[str, list[str]]) -> None:
        self._terms: dict[str, list[str]] = {}
        for term, words in synonyms.items():
            for word in words:
                self._terms.setdefault(word.lower(), []).append(term)
        longest_first = sorted(self._terms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def terms_for(self, text: str) -> list[str]:
        """Policy terms for the everyday words in a text, without those it has already, in order."""
        lowered = text.lower()
        found = [term for match in self._pattern.finditer(lowered) for term in self._terms[match.group()]]
        return [term for term in dict.fromkeys(found) if term.lower() not in lowered]

    def words_in(self, text: str) -> list[str]:
        """Everyday words of the lexicon that stand in a text, in order."""
        return list(dict.fromkeys(self._pattern.findall(text.lower())))

    def meanings(self, word: str) -> list[str]:
        """Policy terms that one everyday word may stand for."""
        return self._terms.get(word.lower(), [])


def load_lexicon(path: Path = _FILE) -> Lexicon:
    """Read a lexicon file: policy term -> list of everyday words.

    Raises:
        RegisterError: the file is not a YAML mapping of lists of words.
    """
    data = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(data, dict) or not all(isinstance(words, list) for words in data.values()):
        raise RegisterError(f"{path.name}：应是“政策用语: [口语, …]”的形式，请改正后重试。")
    return Lexicon({str(term): [str(word) for word in words] for term, words in data.items()})


@cache
def default_lexicon() -> Lexicon:
    """The lexicon that ships with the project."""
    return load_lexicon()
