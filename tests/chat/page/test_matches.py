"""政策匹配 on the page: states in words, clauses that open, everything escaped."""

from __future__ import annotations

from datetime import date

from chat.backend import Backend
from chat.matching.match import match
from chat.matching.profile import Profile, read_profile, read_words
from chat.page.match_tab import FIELDS, find_measures
from chat.page.matches import matched_html
from ingest import parse_file
from kb.rule_files import SHIPPED, load_rules
from kb.settings import BUNDLED_POLICIES

DAY = date(2026, 6, 1)


def html_of(profile: Profile) -> str:
    documents = {document.id: document for document in map(parse_file, BUNDLED_POLICIES.glob("*.txt"))}
    return matched_html(match(load_rules(SHIPPED), profile, DAY, documents))


def test_question_first_then_states_in_words_and_clauses_that_open() -> None:
    html = html_of(
        read_profile(
            [
                *("region=烟台", "sector=细胞治疗", "product_class=一类新药", "stage=III", "rd_spending=1亿"),
                "note=产品在省内转化",
            ]
        )
    )
    assert html.index("pk-next") < html.index("条件都已满足") < html.index("还要补充情况")
    assert "<span>最高可得</span><b>3000万元</b>" in html
    for mood, mark, word in (("met", "✓", "满足"), ("open", "？", "待补充")):
        assert f'<span class="pk-mood pk-{mood}"><i aria-hidden="true">{mark}</i>{word}</span>' in html
    assert 'class="pk-cite" data-clause="鲁发改高技〔2025〕687号 二/8" data-quote="对在省内转化' in html
    assert "牵头单位：省科技厅" in html


def test_what_is_refused_is_folded_and_says_why() -> None:
    html = html_of(read_profile(["region=江苏"]))
    assert '<details class="pk-group"><summary>按现有条款不能享受' in html
    assert "您说的是“江苏”；这项支持要求创新药在山东省内转化" in html
    assert "<b>" not in html.replace("<b>最该补充的一点</b>", "")


def test_words_of_the_asker_are_escaped() -> None:
    html = html_of(read_words(["我们是烟台<img src=x onerror=alert(1)>的仿制药<b>企业</b>，完成III期"]))
    assert "<img" not in html and "<b>企业" not in html
    html = html_of(read_profile(["product=仿制药<script>alert(1)</script>"]))
    assert "<script" not in html and "仿制药&lt;script&gt;" in html


def test_the_form(backend: Backend) -> None:
    values = [""] * len(FIELDS)
    assert "至少填写一项" in find_measures(backend, [*values, None])
    values[0] = " 烟台 "
    assert "pk-measures" in find_measures(backend, [*values, "产品是第三类医疗器械"])


def test_a_place_we_do_not_know_is_said() -> None:
    html = html_of(read_profile(["region=<b>火星</b>"]))
    assert html.startswith(
        '<div class="pk-result pk-matched"><p class="pk-meta" role="status">没有认出地名“&lt;b&gt;火星'
    )
    assert "没有认出" not in html_of(read_profile(["region=烟台"]))
