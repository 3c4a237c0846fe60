import re

import pytest

from eval.segmentation.aligned import carry, stretches
from eval.segmentation.numbers import depth, label_at, marker_kind
from eval.segmentation.scores import Start, Tally, Truth, Wanted, judge

TEXT = "一、总则（一）甲项；（二）乙项。二、附则"  # starts at 0, 4, 10, 16


def truth(*wanted: Wanted, **more: object) -> Truth:
    return Truth("示例", "甲.txt", wanted, **more)  # type: ignore[arg-type]


FOUR = (
    Wanted(0, ("一",)),
    Wanted(4, ("一", "（一）")),
    Wanted(10, ("一", "（二）")),
    Wanted(16, ("二",)),
)


@pytest.mark.parametrize(
    ("starts", "figures"),
    [
        ([0, 4, 10, 16], (1.0, 1.0, 1.0)),
        ([0, 16], (1.0, 0.5, 2 / 3)),
        ([0, 4, 10, 16, 7, 19], (4 / 6, 1.0, 0.8)),
        ([7], (0.0, 0.0, 0.0)),
        ([], (1.0, 0.0, 0.0)),
    ],
)
def test_precision_recall_f1(starts: list[int], figures: tuple[float, float, float]) -> None:
    tally = judge(truth(*FOUR), [Start(at) for at in starts], TEXT).tally()
    assert (tally.precision, tally.recall, tally.f1) == pytest.approx(figures)


@pytest.mark.parametrize(("off", "hits"), [(0, 1), (2, 1), (-2, 1), (3, 0), (-3, 0)])
def test_a_start_may_be_two_characters_off(off: int, hits: int) -> None:
    assert judge(truth(Wanted(10)), [Start(10 + off)], TEXT).tally().hits == hits


def test_two_starts_do_not_share_a_clause() -> None:
    tally = judge(truth(Wanted(10)), [Start(10), Start(10), Start(11)], TEXT).tally()
    assert (tally.hits, tally.given) == (1, 3)


def test_neighbours_closer_than_the_tolerance_are_paired_exactly_first() -> None:
    told = judge(
        truth(Wanted(0, ("三",)), Wanted(2, ("三", "（一）"))), [Start(2, ("三", "（一）"))], "三、（一）甲"
    )
    assert [wanted.at for wanted in told.missed] == [0]
    assert told.tally().placed == 1


def test_paths_are_judged_where_they_are_known() -> None:
    wanted = truth(Wanted(0, ("一",)), Wanted(4), Wanted(10, ("一", "（二）")), Wanted(16, ("二",)))
    starts = [Start(0, ("一",)), Start(4, ("？",)), Start(10, ("（二）",))]
    tally = judge(wanted, starts, TEXT).tally()
    assert (tally.hits, tally.placed, tally.placeable) == (3, 1, 3)


@pytest.mark.parametrize(
    ("path", "hits"),
    [
        (("一", "（一）"), 1),
        (("附件1", "一", "（一）"), 1),
        (("一·2", "（一）·2"), 1),
        (("（一）",), 0),
        (("一", "（一）", "（一）"), 0),
        (("一", "（二）"), 0),
        (None, 1),  # a splitter without paths is not held to the level
    ],
)
def test_a_heading_counts_at_its_own_level_only(path: tuple[str, ...] | None, hits: int) -> None:
    wanted = truth(Wanted(4, label="（一）", level=2))
    assert judge(wanted, [Start(4, path)], TEXT).tally().hits == hits


def test_what_the_truth_does_not_know_is_not_held_against_a_start() -> None:
    wanted = truth(Wanted(0), neutral=(16,), silent=re.compile("（"))
    told = judge(wanted, [Start(0), Start(4), Start(15), Start(12)], TEXT)
    assert [start.at for start in told.false] == [12]


def test_tallies_add_up() -> None:
    assert sum([Tally(1, 2, 3, 1, 2), Tally(2, 2, 2, 0, 1)], Tally()) == Tally(3, 4, 5, 1, 3)


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("第十二条　甲", "第X条", "第十二条"),
        ("第 3 章 甲", "第X章", "第3章"),
        ("( 一 )甲", "（一）", "（一）"),
        ("（12）甲", "（1）", "（12）"),
        ("③甲", "①", "③"),
        ("二十一、甲", "一、", "二十一"),
        ("—、甲", "一、", "一"),
        ("——甲", "", ""),
        ("7．甲", "1.", "7"),
        ("3.2024年起", "1.", "3"),
        ("3.1 甲", "1.1", "3.1"),
        ("3.5万元", "", ""),
        ("一是甲", "", ""),
        ("第十二届", "", ""),
    ],
)
def test_clause_numbers(text: str, kind: str, label: str) -> None:
    assert (marker_kind(text, 0), label_at(text, 0)) == (kind, label)


def test_names_of_parts_do_not_deepen_a_path() -> None:
    assert [
        depth(path) for path in (("附件1", "第三章", "第十二条", "（二）"), ("1", "1.1", "①"), ("某某办法",))
    ] == [3, 3, 0]


def test_offsets_carry_over_texts_that_differ_in_blanks_only() -> None:
    source, target = "标题 一、甲\n　（一）乙", "标题\r\n一、甲（一） 乙"
    offsets = [source.index("一、"), source.index("（一）"), len(source)]
    assert carry(offsets, source, target) == [target.index("一、"), target.index("（一）"), len(target)]
    assert carry(offsets, source, target + "丙") is None


def test_paragraphs_are_found_in_order_over_gaps() -> None:
    assert stretches(["甲", "导航", "甲 乙"], "甲\n甲乙") == [0, None, 2]
