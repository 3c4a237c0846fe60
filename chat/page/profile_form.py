"""The form of 政策匹配 as HTML: what is known of an asker, with suggestions to choose from or type past."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from chat.matching.profile import KINDS, MAX_LENGTH, FactKind
from chat.matching.types import Question

MAIN = (
    "region",
    "sector",
    "applicant",
    "product",
    "product_class",
    "stage",
    "rd_spending",
    "certificates",
)
FIELDS = tuple(kind for kind in sorted(KINDS, key=lambda kind: kind.name not in MAIN) if kind.name != "note")
"""The fields, those most measures ask about first."""

_STAGES = ("临床前", "Ⅰ期", "Ⅱ期", "Ⅲ期", "已取得批件", "已上市")
_SUGGESTED = {
    "stage": _STAGES,
    "applicant": ("企业", "医院", "高校", "科研院所", "平台"),
    "product_class": ("一类新药", "改良型新药", "仿制药", "二类医疗器械", "三类医疗器械"),
    "listing": ("已上市", "未上市"),
    "certificates": ("药品注册证", "医疗器械注册证", "临床试验批件", "高新技术企业证书"),
}
# what a condition is called in rules, and the field that it is about
_ABOUT = {"phase": "stage", "completed": "stage", "who": "applicant", "subject": "applicant"}


def form_html(regions: Iterable[str]) -> str:
    """The form, empty; ``match.js`` keeps what is typed.

    Args:
        regions: names of places to suggest.
    """
    suggested = {**_SUGGESTED, "region": tuple(regions)}
    main = "".join(_field(kind, suggested.get(kind.name, ())) for kind in FIELDS if kind.name in MAIN)
    more = "".join(_field(kind, suggested.get(kind.name, ())) for kind in FIELDS if kind.name not in MAIN)
    return (
        '<form class="pk-form pk-profile" novalidate>'
        '<p class="pk-meta">填写已知的情况，不知道的不填；每项措施的条件逐条对照，没有说到的一律算待补充。</p>'
        f'<div class="pk-entries">{main}</div>'
        '<details class="pk-beyond"><summary>更多情况（保费、床位、人数、营业收入等）</summary>'
        f'<div class="pk-entries">{more}</div></details>'
        '<div class="pk-entry"><label class="pk-label" for="pk-fact-note">其他情况（用自己的话写）</label>'
        f'<textarea id="pk-fact-note" name="note" rows="2" maxlength="{MAX_LENGTH}"'
        ' placeholder="例如：产品在省内转化，首台（套）保险已交保费300万，今年没有拿过同类支持"></textarea>'
        '<p class="pk-amiss" data-wrong="note" aria-live="polite"></p></div>'
        '<p class="pk-amiss" role="alert" data-part="wrong"></p>'
        '<div class="pk-do"><button type="submit" class="pk-first-act">匹配</button>'
        '<button type="reset" class="pk-second">清空</button></div></form>'
    )


def field_of(question: Question | None) -> str:
    """The field that a question is about: of its name, of what rules call it, else the words of one's own.

    >>> field_of(Question("请问企业（单位）在哪个省、市？", ("region",), 9)), field_of(Question("？", ("own_funds",), 1))
    ('region', 'note')
    """
    named = {kind.name for kind in FIELDS}
    for about in question.about if question else ():
        if (name := _ABOUT.get(about, about)) in named:
            return name
    return "note"


def _field(kind: FactKind, suggested: Iterable[str]) -> str:
    key = f"pk-fact-{kind.name}"
    options = "".join(f'<option value="{escape(each)}"></option>' for each in suggested)
    listed = f'<datalist id="{key}-list">{options}</datalist>' if options else ""
    chosen = f' list="{key}-list"' if options else ""
    return (
        f'<div class="pk-entry"><label class="pk-label" for="{key}">{escape(kind.label)}</label>'
        f'<div class="pk-control"><input id="{key}" name="{kind.name}" type="text" maxlength="200" autocomplete="off"{chosen}'
        f' placeholder="例如：{escape(kind.example)}" aria-describedby="{key}-help {key}-wrong"></div>{listed}'
        f'<p class="pk-help" id="{key}-help">{escape(kind.meaning)}</p>'
        f'<p class="pk-amiss" id="{key}-wrong" data-wrong="{kind.name}" aria-live="polite"></p></div>'
    )
