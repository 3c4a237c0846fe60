"""How hard a question is, by what makes one hard: ``python -m eval.difficulty`` writes it into the sets we ship.

One point for each of these; none is easy, one is medium, more are hard:

- it leans on earlier turns (two points where there are several);
- more than one clause must be cited, one more where they are of two documents;
- an amount must be computed from several figures, or three facts must be told;
- it is asked on another day than today;
- it is long: over fifty characters;
- its words are not those of the clause, and it gives no number of one: under a quarter of its character pairs stand there;
- it must be refused or asked back although its words are those of a clause: 30 % of its pairs stand in one.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from chat.answer import Status
from eval.metrics.clause_ids import clause_key
from eval.qa_set import DEFAULT_QA, Difficulty, QAItem, load_qa
from kb.tokens import bigrams, fold

_FAR, _NEAR = 0.25, 0.3
_SEVERAL_FIGURES, _MANY_FACTS = 3, 3
_LONG = 50  # characters
_FIGURE = re.compile(r"\d+(?:\.\d+)?|[一二三四五六七八九十百千两]+(?=[万亿])")
_ADDRESS = re.compile(r"\d号|第.{1,4}条|[一二三四五六七八九十]、")
_NOT_CHINESE = re.compile(r"[^一-鿿a-z0-9]")
_DENIED = frozenset({Status.NOT_FOUND, Status.NEEDS_INPUT, Status.NOT_ELIGIBLE})


def rate(item: QAItem, clauses: Mapping[str, str]) -> Difficulty:
    """Rate one question.

    Args:
        item: the question.
        clauses: text of every clause by `clause_key`.

    >>> text = {clause_key("甲 一"): "对研究型床位给予支持。"}
    >>> lookup = QAItem(id="a", question="研究型床位给予支持吗", clauses=("甲 一",), status="answered")
    >>> rate(lookup, text).value
    'easy'
    >>> rate(lookup.model_copy(update={"question": "医院里专门做试验的病床管不管"}), text).value
    'medium'
    """
    points = min(len(item.history), 2)
    points += len(item.clauses) > 1
    points += len({clause.rpartition(" ")[0] for clause in item.clauses}) > 1
    figures = len(_FIGURE.findall(fold(item.question)))
    points += item.amount_yuan is not None and figures >= _SEVERAL_FIGURES
    points += len(item.facts) >= _MANY_FACTS
    points += item.as_of is not None
    points += len(item.question) > _LONG
    if item.clauses and item.status not in _DENIED and not _ADDRESS.search(item.question):
        points += _overlap(item.question, [clauses.get(clause_key(c), "") for c in item.clauses]) < _FAR
    elif item.status in _DENIED and clauses:
        points += max(_overlap(item.question, [text]) for text in clauses.values()) >= _NEAR
    return (Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD)[min(points, 2)]


def clause_texts(policies: Path) -> dict[str, str]:
    """Text of every clause of a folder of policies, by `clause_key`."""
    from corpus.register import load_register
    from ingest import parse_file

    register = load_register(policies)
    files = sorted(path for path in policies.iterdir() if path.suffix != ".yaml")
    documents = [parse_file(file, register) for file in files]
    return {clause_key(clause.id): clause.text for document in documents for clause in document.clauses}


def rewrite(file: Path, clauses: Mapping[str, str]) -> Counter[str]:
    """Write the rating of every question of a file into it; how many there are of each."""
    rated = {item.id: rate(item, clauses).value for item in load_qa(file)}
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    written = (json.dumps(line | {"difficulty": rated[line["id"]]}, ensure_ascii=False) for line in lines)
    file.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    return Counter(rated.values())


def _overlap(question: str, texts: Iterable[str]) -> float:
    """Share of the character pairs of a question that stand in some texts."""
    pairs = set(bigrams(_NOT_CHINESE.sub("", fold(question))))
    there = {pair for text in texts for pair in bigrams(_NOT_CHINESE.sub("", fold(text)))}
    return len(pairs & there) / len(pairs) if pairs else 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Rate the sets of a folder and say how many there are of each."""
    from kb.settings import BUNDLED_POLICIES

    parser = argparse.ArgumentParser(description="给题集的每道题标上难度（easy、medium、hard）。")
    parser.add_argument("--qa", type=Path, default=DEFAULT_QA, help="装有 .jsonl 题集的文件夹，默认自带题集")
    clauses = clause_texts(BUNDLED_POLICIES)
    for file in sorted(parser.parse_args(arguments).qa.glob("*.jsonl")):
        print(file.name, dict(sorted(rewrite(file, clauses).items())))


if __name__ == "__main__":
    main()
