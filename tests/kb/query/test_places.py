"""Places that questions name, and the documents that may answer for them."""

from __future__ import annotations

import pytest

from kb.query.asked import Weight, asked_places
from kb.query.places import find_places


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("深圳市急难型临时救助标准是多少", ["深圳市"]),
        ("广安的标准", ["广安"]),
        ("四川省广安市岳池县怎么补", ["岳池县"]),
        ("广州市天河区和越秀区", ["天河区", "越秀区"]),
        ("义乌的补贴", ["义乌"]),
        ("新疆和内蒙古的政策", ["新疆", "内蒙古"]),
        ("恩施州的政策", []),  # 州 is a county's suffix too; the name is not in the list like this
        ("恩施的政策", ["恩施"]),
        # words that hold a name, and names that are words
        ("公开平台怎么申请", []),
        ("合作项目怎么申请", []),
        ("朝阳产业有什么支持", []),
        ("中山大学毕业生", []),
        ("北京大学的教授", []),
        ("上海银行贷款", []),
        ("滨海市的住房补贴", []),
    ],
)
def test_places_of_a_text(text: str, names: list[str]) -> None:
    assert [place.name for place in find_places(text)] == names


def test_a_region_of_a_document_is_a_place_though_no_list_has_it() -> None:
    (place,) = find_places("滨海市的住房补贴", ["滨海市", "山东省"])
    assert place.holds("滨海市") and not place.holds("山东省") and not place.holds("")


@pytest.mark.parametrize(
    ("asked", "region", "holds"),
    [
        ("广州", "广东省广州市", True),
        ("广州", "广东省", True),
        ("广州", "广东省广州市天河区", True),
        ("广州", "广东省深圳市", False),
        ("广州", "四川省广安市", False),
        ("广州", "", False),
        ("广州", "滨海市", False),
        ("天河区", "广东省广州市", True),
        ("天河区", "广东省广州市越秀区", False),
        ("广东省", "广东省广州市天河区", True),
        ("北京", "北京市石景山区", True),
        ("广安市岳池县", "四川省广安市武胜县", False),
        ("岳池县", "四川省广安市岳池县九龙街道", True),
    ],
)
def test_what_holds_at_a_place(asked: str, region: str, holds: bool) -> None:
    (place,) = find_places(asked)
    assert place.holds(region) is holds


@pytest.mark.parametrize(
    ("question", "weight"),
    [
        ("深圳市急难型临时救助标准是多少", Weight.ASKED),
        ("请问成都小微企业创业担保贷款有哪些条件", Weight.LEADING),
        ("上海市托位数目标", Weight.LEADING),
        ("我们在江苏，能拿多少", Weight.ASIDE),
        ("产品在北京做完了试验，认不认", Weight.ASIDE),
        ("去香港访学能支持吗", None),
        ("与江苏企业合作有支持吗", None),
        ("临时救助标准是多少", None),
    ],
)
def test_how_surely_a_place_is_asked_about(question: str, weight: Weight | None) -> None:
    asked = asked_places(question)
    assert (asked.weight if asked else None) is weight


def test_both_of_two_places_are_asked_about() -> None:
    asked = asked_places("山东和江苏的补贴政策哪个高")
    assert asked is not None and asked.holds("山东省") and asked.holds("江苏省") and not asked.holds("河北省")
