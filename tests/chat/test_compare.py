"""Two versions of a document: what became of each clause, and of the words in it."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.comparing.edits import Edit, edits
from chat.comparing.likeness import heaviest_chain
from chat.comparing.versions import Change, Row, Versions, compare_versions
from corpus import PolicyDocument
from ingest import parse_text

HAN = "一二三四五六七八九十"
AIDS = [
    "对新认定的市级工程研究中心，一次性给予50万元奖励。",
    "对首次入选名单的骨干企业，按上年度研发费用的20%给予补助，最高不超过300万元。",
    "支持高校和科研院所开放大型仪器设备，按实际服务收入的10%给予补贴。",
    "鼓励企业参加境外展会，展位费由财政承担一半，每家每年不超过5万元。",
    "建立项目储备库，实行动态管理，每季度调度一次进展情况。申报单位应当提交上年度审计报告，并对材料真实性负责。",
]
ENDS = ["本措施由市发展改革委负责解释。", "本措施自印发之日起施行，有效期三年。"]


def document(*chapters: tuple[str, list[str]], number: int = 1) -> PolicyDocument:
    """Chapters with numbered clauses."""
    text = f"甲政发〔2024〕{number}号\n关于支持产业发展的若干措施\n"
    for n, (title, clauses) in enumerate(chapters):
        text += f"{HAN[n]}、{title}\n"
        text += "".join(f"（{HAN[m]}）{clause}\n" for m, clause in enumerate(clauses))
    return parse_text(text, "甲.txt")


def compared(old: list[tuple[str, list[str]]], new: list[tuple[str, list[str]]]) -> Versions:
    return compare_versions(document(*old), document(*new))


def of(versions: Versions, *changes: Change) -> list[Row]:
    return [row for row in versions.rows if row.change in changes]


def text(row: Row, edit: Edit) -> str:
    return "|".join(piece.text for piece in row.pieces if piece.edit is edit)


BEFORE = [("支持政策", AIDS), ("附则", ENDS)]


def test_the_same_text_is_kept_throughout() -> None:
    versions = compared(BEFORE, BEFORE)
    assert all(row.is_kept and not row.renumbered for row in versions.rows)
    assert len(versions.rows) == len(versions.new.clauses)


def test_a_clause_put_in_renumbers_the_rest_and_changes_nothing_else() -> None:
    added = "对租用标准厂房的初创企业，前两年免收租金。"
    versions = compared(BEFORE, [("支持政策", [AIDS[0], added, *AIDS[1:]]), ("附则", ENDS)])
    (row,) = of(versions, Change.ADDED)
    assert row.new[0].path == ("一", "（二）") and not row.old
    assert [r.new[0].path[-1] for r in versions.rows if r.renumbered] == [
        "（三）",
        "（四）",
        "（五）",
        "（六）",
    ]
    assert len(of(versions, Change.KEPT)) == len(versions.rows) - 1 and versions.moved == 0


def test_a_chapter_put_in_renumbers_those_behind_it_with_all_below() -> None:
    versions = compared(BEFORE, [("总体要求", ["坚持市场主导、政府引导，营造良好环境。"]), *BEFORE])
    assert [row.new[0].path for row in of(versions, Change.ADDED)] == [("一",), ("一", "（一）")]
    assert versions.renumbered == 2 + len(AIDS) + len(ENDS) and versions.moved == 0
    assert not of(versions, Change.CHANGED, Change.REMOVED)


def test_a_changed_figure_is_marked_and_nothing_else() -> None:
    changed = AIDS[1].replace("20%", "25%").replace("300万元", "500万元")
    versions = compared(BEFORE, [("支持政策", [AIDS[0], changed, *AIDS[2:]]), ("附则", ENDS)])
    (row,) = of(versions, Change.CHANGED)
    assert text(row, Edit.REMOVED) == "20%|300万元" and text(row, Edit.ADDED) == "25%|500万元"
    assert len(of(versions, Change.KEPT)) == len(versions.rows) - 1


def test_a_removed_clause_stands_where_it_was() -> None:
    versions = compared(BEFORE, [("支持政策", AIDS[:2] + AIDS[3:]), ("附则", ENDS)])
    (row,) = of(versions, Change.REMOVED)
    at = versions.rows.index(row)
    assert row.old[0].path == ("一", "（三）") and text(row, Edit.REMOVED) == AIDS[2]
    assert versions.rows[at - 1].old[0].path == ("一", "（二）")
    assert versions.rows[at + 1].old[0].path == ("一", "（四）")
    assert versions.renumbered == 2


def test_a_clause_that_changes_its_place_or_its_chapter_moves_alone() -> None:
    versions = compared(BEFORE, [("支持政策", [*AIDS[1:], AIDS[0]]), ("附则", ENDS)])
    assert [row.new[0].path for row in versions.rows if row.moved] == [("一", "（五）")]
    versions = compared(BEFORE, [("支持政策", AIDS[:4]), ("附则", [AIDS[4], *ENDS])])
    assert [row.new[0].path for row in versions.rows if row.moved] == [("二", "（一）")]
    assert {row.change for row in versions.rows} == {Change.KEPT}


def test_a_chapter_that_moves_takes_its_clauses_along() -> None:
    third = ("组织保障", ["各区县要加强统筹，压实责任，形成合力。"])
    versions = compared([*BEFORE, third], [third, *BEFORE])
    assert [row.new[0].path for row in versions.rows if row.moved] == [("一",)]
    assert {row.change for row in versions.rows} == {Change.KEPT}


def test_a_clause_that_moves_and_changes_is_still_the_same() -> None:
    changed = AIDS[0].replace("50万元", "80万元")
    versions = compared(BEFORE, [("支持政策", [*AIDS[1:], changed]), ("附则", ENDS)])
    (row,) = of(versions, Change.CHANGED)
    assert row.moved and row.old[0].path == ("一", "（一）") and text(row, Edit.ADDED) == "80万元"
    assert not of(versions, Change.ADDED, Change.REMOVED)


def test_a_split_clause_and_a_merged_one() -> None:
    first, second = (part + "。" for part in AIDS[4].rstrip("。").split("。"))
    apart, whole = [("支持政策", [*AIDS[:4], first, second]), ("附则", ENDS)], BEFORE
    (split,) = of(compared(whole, apart), Change.SPLIT)
    assert [clause.path[-1] for clause in split.new] == ["（五）", "（六）"] and len(split.old) == 1
    assert not text(split, Edit.ADDED) and not text(split, Edit.REMOVED)
    (merged,) = of(compared(apart, whole), Change.MERGED)
    assert [clause.path[-1] for clause in merged.old] == ["（五）", "（六）"] and len(merged.new) == 1


def test_a_rewritten_clause_under_the_same_number_is_changed_one_that_is_other_is_not() -> None:
    rewritten = "对当年认定的市级工程研究中心和技术中心，分三年给予合计60万元的运行补助。"
    versions = compared(BEFORE, [("支持政策", [rewritten, *AIDS[1:]]), ("附则", ENDS)])
    assert [row.new[0].path for row in of(versions, Change.CHANGED)] == [("一", "（一）")]
    other = "设立人才公寓，优先保障青年教师和医护人员的住房需要。"
    versions = compared(BEFORE, [("支持政策", [other, *AIDS[1:]]), ("附则", ENDS)])
    assert len(of(versions, Change.ADDED)) == len(of(versions, Change.REMOVED)) == 1


def test_like_clauses_keep_their_own_counterparts() -> None:
    """Formulas that differ in a word or two, with one put in before all of them."""
    grades = ["国家级", "省级", "市级", "县级", "园区级", "校级"]
    like = [f"对认定的{grade}平台，给予{n * 10 + 20}万元奖励。" for n, grade in enumerate(grades)]
    versions = compared([("奖励", like)], [("奖励", ["对绩效评价优秀的服务机构，给予后补助。", *like])])
    assert len(of(versions, Change.ADDED)) == 1 and not of(versions, Change.CHANGED)


def test_every_clause_stands_in_exactly_one_row() -> None:
    chance = random.Random(7)
    for _ in range(20):
        new = [clause.replace("给予", chance.choice(["给予", "安排"])) for clause in AIDS]
        chance.shuffle(new)
        versions = compared(BEFORE, [("支持政策", new[: chance.randint(1, 5)]), ("附则", ENDS[::-1])])
        for side, rows in (
            (versions.old, [r.old for r in versions.rows]),
            (versions.new, [r.new for r in versions.rows]),
        ):
            ids = [clause.id for clauses in rows for clause in clauses]
            assert sorted(ids) == sorted(clause.id for clause in side.clauses)


def test_three_hundred_clauses_take_under_two_seconds() -> None:
    chance = random.Random(3)
    subjects, aids = ["企业", "医院", "高校", "平台", "园区"], ["奖励", "补助", "贴息", "支持"]
    old = [
        f"第{n}类{chance.choice(subjects)}完成{chance.randint(1, 999)}项任务的，由主管部门审核后给予最高"
        f"{chance.randint(10, 900)}万元{chance.choice(aids)}，同一单位每年不超过{chance.randint(1, 9)}次。"
        for n in range(300)
    ]
    new = [clause.replace("审核", "评审") if n % 3 else clause for n, clause in enumerate(old) if n % 10]
    documents = [
        parse_text(
            "甲政发〔2024〕1号\n办法\n" + "".join(f"{n}.{c}\n" for n, c in enumerate(clauses, 1)), "甲.txt"
        )
        for clauses in (old, new)
    ]
    assert len(documents[0].clauses) >= 300
    compare_versions(documents[1], documents[1])  # the dictionary is read once
    began = time.process_time()
    versions = compare_versions(*documents)
    assert time.process_time() - began < 2
    assert versions.count(Change.REMOVED) == 30 and versions.count(Change.ADDED) == 0


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("最高不超过40%", "最高不超过50%", "最高不超过[-40%-]{+50%+}"),
        ("给予2,000万元。", "给予３０００万元。", "给予[-2,000万元-]{+３０００万元+}。"),
        ("经审核、公示后，拨付", "经审核，公示后,拨付", "经审核[-、-]{+，+}公示后,拨付"),
        ("甲（乙）\n丙", "甲(乙)丙", "甲(乙)丙"),
        ("", "新增", "{+新增+}"),
    ],
)
def test_words_are_marked_whole(old: str, new: str, marked: str) -> None:
    signs = {Edit.KEPT: "{}", Edit.ADDED: "{{+{}+}}", Edit.REMOVED: "[-{}-]"}
    assert "".join(signs[piece.edit].format(piece.text) for piece in edits(old, new)) == marked


@settings(deadline=None)  # the dictionary is read in the first
@given(
    st.text(alphabet="给予补助12万元%，。\n Ａ", max_size=40),
    st.text(alphabet="给予补助13万元%，。\n a", max_size=40),
)
def test_both_wordings_can_be_read_off_the_marks(old: str, new: str) -> None:
    pieces = edits(old, new)
    assert "".join(p.text for p in pieces if p.edit is not Edit.REMOVED) == new
    struck = "".join(p.text for p in pieces if p.edit is Edit.REMOVED)
    assert len(struck) <= len(old)


def test_a_chain_keeps_the_order_of_both_sides() -> None:
    chance = random.Random(1)
    for _ in range(200):
        pairs = [(chance.random(), chance.randrange(6), chance.randrange(6)) for _ in range(8)]
        chain = heaviest_chain(pairs)
        assert all(a < c and b < d for (a, b), (c, d) in pairwise(chain))
        assert _weight(chain, pairs) == pytest.approx(_best(sorted(pairs, key=lambda p: p[1])))


def _weight(chain: list[tuple[int, int]], pairs: list[tuple[float, int, int]]) -> float:
    return sum(max(w for w, i, j in pairs if (i, j) == pair) for pair in chain)


def _best(pairs: list[tuple[float, int, int]], i: int = -1, j: int = -1) -> float:
    """By trying all."""
    return max(
        (w + _best(pairs[n + 1 :], a, b) for n, (w, a, b) in enumerate(pairs) if a > i and b > j), default=0.0
    )
