import pytest

from eval.segmentation.baselines import fixed_size_starts, one_family_starts


def lines_at(text: str, starts: list[int]) -> list[str]:
    return [text[at:].splitlines()[0] for at in starts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "某通知\n第一章 总则\n第一条 甲\n（一）乙\n第二条 丙",
            ["第一章 总则", "第一条 甲", "（一）乙", "第二条 丙"],
        ),
        ("一、甲\n（一）乙\n1.丙\n2.丁\n（二）戊", ["一、甲", "（一）乙", "（二）戊"]),
        ("一、甲\n1.丙\n2.丁\n3.戊", ["1.丙", "2.丁", "3.戊"]),
        ("　　一、甲\n\n　　二、乙", ["一、甲", "二、乙"]),
        ("一、甲（一）乙（二）丙二、丁", ["一、甲（一）乙（二）丙二、丁"]),
        ("# 标题\n## 甲\n正文\n## 乙", ["# 标题", "## 甲", "## 乙"]),
        ("Chapter II\nSection 1\nArticle 3", ["Chapter II", "Section 1", "Article 3"]),
        ("0.5万元\n12 34\n2024年", []),
        ("", []),
    ],
)
def test_one_family_a_document(text: str, found: list[str]) -> None:
    assert lines_at(text, one_family_starts(text)) == found


def test_of_equal_families_the_first_is_taken() -> None:
    text = "第一条 甲\n（一）乙\n一、丙"  # （一） belongs to both families
    assert lines_at(text, one_family_starts(text)) == ["第一条 甲", "（一）乙"]


def test_fixed_size_chunks_start_where_their_text_does() -> None:
    pytest.importorskip("langchain_text_splitters")
    text = "\n".join(f"第{number}段　" + "甲" * 150 for number in range(8))
    starts = fixed_size_starts(text)
    assert starts
    assert all(text[at] == "第" for at in starts)
    assert 0 not in starts


def test_without_the_library_there_is_no_second_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "langchain_text_splitters", None)
    assert fixed_size_starts("甲" * 1000) is None
