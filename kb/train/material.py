"""From texts and questions to what is learnt and what is judged by, with nothing on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus import UsageError
from kb.train.evaluation import EvalSet, pair_set
from kb.train.pairs import Pair, PairKind, make_pairs
from kb.train.questions import Asked, Piece, Question, locate, pieces, question_pairs, question_set
from kb.train.split import held_apart, part, sample
from kb.train.texts import Texts

MOST_JUDGED = 500  # pairs; enough for an interval of about 0.02 in MRR@10
_OTHERS = 2000  # passages searched besides, so that finding is not too easy
_SEARCHED = 5000  # pieces to find the answers to questions in; two minutes of embedding without a GPU


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to make of the texts.

    Attributes:
        kinds: kinds of pairs to learn from, and at most how many of each, 0 for all.
        share: share of the documents to hold apart.
        seed: of everything drawn by chance.
    """

    kinds: Mapping[PairKind, int] = field(default_factory=lambda: dict.fromkeys(PairKind, 0))
    share: float = 0.1
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """What to learn, and what to judge by.

    Attributes:
        pairs: to learn.
        judged: sets to judge by, empty where nothing is held apart.
        apart: documents held apart.
    """

    pairs: tuple[Pair, ...]
    judged: tuple[EvalSet, ...]
    apart: frozenset[str]


def prepare(
    texts: Texts, wishes: Wishes, questions: Sequence[Question] = (), tests: Sequence[Question] = ()
) -> Material:
    """Divide the documents, and make pairs on the one side and sets to judge by on the other.

    Args:
        texts: all there is.
        wishes: what to make of it.
        questions: to learn from; those about a document that is held apart are judged by.
        tests: to judge by only: the documents they are about are held apart.

    Raises:
        UsageError: there is no text, or none of the questions fits the texts.
    """
    if not texts.units:
        raise UsageError("没有读到任何条款，请给出政策文件、文件夹或用 --home 指定知识库。")
    found = pieces(texts.documents) if questions or tests else []
    learnt_from = _located(questions, found, texts, "--questions")
    only_judged = _located(tests, found, texts, "--test-questions")
    about = {found[n].document for item in only_judged for n in item.right}
    apart = held_apart((unit.document for unit in texts.units), wishes.share, wishes.seed, about)
    made = make_pairs(texts.units, wishes.seed, wishes.kinds)
    if PairKind.QUESTION in wishes.kinds:
        made += question_pairs(learnt_from, found)
    learnt, kept = part(made, apart)
    learnt = [
        pair
        for kind, most in wishes.kinds.items()
        for pair in sample([pair for pair in learnt if pair.kind is kind], most, wishes.seed)
    ]
    judged = []
    own = sample([pair for pair in kept if pair.kind is not PairKind.QUESTION], MOST_JUDGED, wishes.seed)
    if own:
        others = sample(learnt, _OTHERS, wishes.seed + 1)
        judged.append(pair_set(own, [pair.passage for pair in others], "留出文件的样本"))
    asked = [*only_judged, *(item for item in learnt_from if item.document in apart)]
    if asked:
        judged.append(question_set(asked, found, "留出文件的题目", _SEARCHED))
    return Material(tuple(learnt), tuple(judged), apart)


def _located(questions: Iterable[Question], found: Sequence[Piece], texts: Texts, option: str) -> list[Asked]:
    given = list(questions)
    asked = locate(given, found, texts.documents)
    if given and not asked:
        raise UsageError(
            f"{option} 的 {len(given)} 道题在所给文本中都找不到依据，请检查文件名、条款编号是否对应。"
        )
    return asked
