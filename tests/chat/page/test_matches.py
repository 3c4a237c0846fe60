"""政策匹配 on the page: states in words, clauses that open, everything escaped, bearable by the hundred."""

from __future__ import annotations

import html as escaping
import json
import re
from dataclasses import replace
from datetime import date

from chat.backend import Backend
from chat.matching.match import match
from chat.matching.profile import Profile, read_profile, read_words
from chat.matching.types import Matched, Question, State
from chat.page import match_tab, profile_form
from chat.page.matches import PAGE, matched_html
from corpus import PolicyDocument
from ingest import parse_file
from kb.rule_files import SHIPPED, load_rules
from kb.settings import BUNDLED_POLICIES

DAY = date(2026, 6, 1)


def matched(*pairs: str) -> Matched:
    return match(load_rules(SHIPPED), read_profile(pairs), DAY, documents())


def documents() -> dict[str, PolicyDocument]:
    return {document.id: document for document in map(parse_file, BUNDLED_POLICIES.glob("*.txt"))}


def html_of(profile: Profile) -> str:
    return matched_html(match(load_rules(SHIPPED), profile, DAY, documents()))


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
    assert re.search('<details class="pk-group" data-group="broken"><summary>按现有条款不能享受', html)
    assert "您说的是“江苏”；这项支持要求创新药在山东省内转化" in html
    assert "<b>" not in html.replace("<b>最该补充的一点</b>", "")


def test_words_of_the_asker_are_escaped() -> None:
    html = html_of(read_words(["我们是烟台<img src=x onerror=alert(1)>的仿制药<b>企业</b>，完成III期"]))
    assert "<img" not in html and "<b>企业" not in html
    html = html_of(read_profile(["product=仿制药<script>alert(1)</script>"]))
    assert "<script" not in html and "仿制药&lt;script&gt;" in html


def test_the_form(backend: Backend) -> None:
    found = match_tab.measures_of(backend, {"facts": {"region": " "}})
    assert "至少填写一项" in found["html"] and not found["done"]
    facts = {"region": " 烟台 ", "stage": "III", "rd_spending": "1亿", "note": "1类化学药，在省内转化"}
    html = match_tab.measures_of(backend, {"facts": facts})["html"]
    told = escaping.unescape(re.search('data-calculate="clinical_trial" data-values="([^"]*)"', html)[1])  # type: ignore[index]
    assert json.loads(told) == {
        "phase": "III",
        "rd_spending": "1亿元",
        "product": "1类化学药",
        "region": "山东省内",
    }
    assert match_tab.measures_of(backend, {"facts": {"rd_spending": "很多", "region": "烟台"}}) == {
        "wrong": {"rd_spending": "收到“很多”：读不出确切金额。请写成数字加单位，例如：6000万元、1.2亿元。"}
    }


def test_the_form_suggests_and_escapes() -> None:
    form = profile_form.form_html(['<b>"烟台'])
    assert "&lt;b&gt;&quot;烟台" in form and 'list="pk-fact-stage-list"' in form
    assert {"region", "stage", "applicant"} <= {kind.name for kind in profile_form.FIELDS}


def test_the_question_leads_to_its_field_or_is_answered_at_once() -> None:
    found = matched("region=烟台")
    assert 'data-focus="applicant"' in matched_html(found, field="applicant")
    asked = replace(found, question=Question("请问自筹资金是多少？", ("own_funds",), 2))
    assert '<input type="text" data-fact="own_funds"' in matched_html(asked)


def test_hundreds_are_shown_by_the_page_and_found_by_words() -> None:
    found = matched("region=烟台")
    many = replace(found, measures=found.measures * 8)
    html = matched_html(many)
    open_ones = len(many.of(State.OPEN))
    assert open_ones > 200 and html.count('<li class="pk-measure">') == PAGE
    assert f"还有 {open_ones - PAGE} 项" in html and f"</span>{open_ones} 项</button>" in html
    assert matched_html(many, shown={"open": 60}).count('<li class="pk-measure">') == 60
    only = matched_html(many, "床位 临床")
    assert 0 < only.count('<li class="pk-measure">') < PAGE and "没有含这些词" not in only
    assert "没有含这些词的措施" in matched_html(many, "绝无此事")


def test_the_downloads_carry_the_facts() -> None:
    html = matched_html(matched("region=烟台"), told=[("region", "烟台"), ("note", "a&b")])
    assert "export/match.xlsx?region=%E7%83%9F%E5%8F%B0&amp;note=a%26b" in html


def test_a_place_we_do_not_know_is_said() -> None:
    html = html_of(read_profile(["region=<b>火星</b>"]))
    assert html.startswith(
        '<div class="pk-result pk-matched"><p class="pk-meta" role="status">没有认出地名“&lt;b&gt;火星'
    )
    assert "没有认出" not in html_of(read_profile(["region=烟台"]))
