"""The texts of the benchmark: laws, cut from a list of articles, each as the text file of a policy."""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from corpus import UsageError
from eval.errors import EvalFileError
from ingest.numbering import chinese_number

UNITS = tuple(f"省{name}厅" for name in "科技 教育 财政 民政 司法 商务 水利 公安 交通 应急".split())
_UNIT_EVERY = (
    25  # articles; laws name no responsible units, so that a filter by unit would have nothing to find
)
_UNIT_AT = 10
_SEED = 7
_LAST = 1_000_000  # place of articles without a number
_ARTICLE = re.compile(r"第(?P<number>[^条]+)条(?:之(?P<after>.+))?")
_PHRASE = re.compile(r"[^，。；：！？、（）“”《》\s]{6,30}")


class _Row(BaseModel):
    law: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Law:
    """A law; ``articles`` are its paragraphs, number included (``第一条　……``)."""

    name: str
    articles: tuple[str, ...]


def read_laws(path: Path) -> list[Law]:
    """The laws of a gzipped JSON Lines file of ``law``, ``article``, ``text``, shuffled the same way every time.

    Raises:
        EvalFileError: the file is missing or malformed.
    """
    found: dict[str, list[_Row]] = {}
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    row = _Row.model_validate_json(line)
                except ValidationError as error:
                    raise EvalFileError(
                        f"{path} 第 {number} 行：每行应为 law、article、text 三项的 JSON 对象，请检查。"
                    ) from error
                found.setdefault(row.law, []).append(row)
    except OSError as error:
        raise EvalFileError(f"{path} 无法读取（{error.strerror or error}），请检查路径。") from error
    laws = [
        Law(name, tuple(f"{row.article}　{row.text}" for row in sorted(rows, key=_place)))
        for name, rows in sorted(found.items())
    ]
    random.Random(_SEED).shuffle(laws)
    return laws


def _place(row: _Row) -> tuple[int, int]:
    """Where an article stands in its law: the list gives some laws in another order.

    >>> _place(_Row(law="甲", article="第十二条之一", text="")), _place(_Row(law="甲", article="附", text=""))
    ((12, 1), (1000000, 0))
    """
    found = _ARTICLE.match(row.article)
    number = chinese_number(found["number"]) if found else None
    if found is None or number is None:
        return _LAST, 0
    return number, chinese_number(found["after"] or "") or 0


def law_text(law: Law) -> str:
    """A law as a text file would have it; one article in 25 names a responsible unit.

    >>> print(law_text(Law("甲条例", ("第一条　为了发展，制定本条例。", "第二条　本省适用。"))))
    甲条例
    第一条　为了发展，制定本条例。
    第二条　本省适用。
    <BLANKLINE>
    """
    articles = [
        f"{article}（责任单位：{_unit(law.name, n)}）" if n % _UNIT_EVERY == _UNIT_AT else article
        for n, article in enumerate(law.articles)
    ]
    return "\n".join([law.name, *articles, ""])


def _unit(name: str, n: int) -> str:
    return UNITS[zlib.crc32(f"{name}{n}".encode()) % len(UNITS)]


def prefixes(laws: Sequence[Law], sizes: Sequence[int]) -> list[int]:
    """How many of the first laws hold at least each number of articles; laws are not cut, and one is left over.

    >>> prefixes([Law("甲", ("一",) * 3), Law("乙", ("一",) * 2), Law("丙", ("一",))], [1, 4])
    [1, 2]
    >>> prefixes([Law("甲", ("一",))], [5])
    Traceback (most recent call last):
    ...
    corpus.errors.UsageError: 资料只够 0 条，不够 5 条（另留一部作追加入库之用），请减小 --sizes。

    Raises:
        UsageError: there are not as many.
    """
    ends, held = [], 0
    wanted = iter(sorted(sizes))
    size = next(wanted, None)
    for n, law in enumerate(laws[:-1], 1):
        held += len(law.articles)
        while size is not None and held >= size:
            ends.append(n)
            size = next(wanted, None)
    if size is not None:
        raise UsageError(f"资料只够 {held} 条，不够 {size} 条（另留一部作追加入库之用），请减小 --sizes。")
    return ends


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the filters to ask it with: the title of a document, the name of a unit."""

    text: str
    title: str
    unit: str


def make_questions(laws: Sequence[Law], natural: Sequence[str], count: int) -> list[Question]:
    """Questions for every size alike: natural ones, as many as half of them if there are, and words of random articles.

    Args:
        laws: those that the smallest size holds too.
        natural: questions people might ask.
        count: how many in all.
    """
    chance = random.Random(_SEED)
    texts = chance.sample(list(natural), min(count // 2, len(natural)))
    phrases = [phrase for law in laws for article in law.articles if (phrase := first_words(article))]
    texts += [chance.choice(phrases) for _ in range(count - len(texts) if phrases else 0)]
    chance.shuffle(texts)
    return [Question(text, chance.choice(laws).name, chance.choice(UNITS)) for text in texts]


def first_words(article: str) -> str:
    """The first phrase of an article, without its number; empty where it has none of a few characters.

    >>> first_words("第三条　开办药品零售企业的，应当申请许可。"), first_words("第四条　略。")
    ('开办药品零售企业的', '')
    """
    found = _PHRASE.search(article.partition("　")[2])
    return found[0] if found else ""


def read_questions(path: Path) -> list[str]:
    """The questions of a JSON Lines file, whose objects have ``question``.

    Raises:
        EvalFileError: the file is missing or malformed.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
        return [str(json.loads(line)["question"]) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvalFileError(
            f"{path} 无法读取（{error}），每行应为带 question 的 JSON 对象，请检查。"
        ) from error
