"""The title of a document, and that of the cover notice it came with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.found import join
from ingest.mapped import Mapped
from ingest.organs import is_organ_line, read_date

_TYPES = (
    "通知|意见|公告|通告|决定|函|批复|通报|办法|规定|措施|方案|细则|条例|命令|决议|解释|政策|要点|规划|计划|纲要|指南|指引"
    "|规则|规程|章程|报告|清单|任务|纪要|标准|规范|制度|目录|准则|预案|倡议书|建议|十条|条|法"
)
_BRACKETS = r"(?:（[^（）]{1,30}）){0,2}"
_END = re.compile(rf"(?:{_TYPES}){_BRACKETS}$")
_PARTS = re.compile(r"[。；！？;\t]|https?:|[>|]|[：:]")
_NO_START = re.compile(
    r"^(?:【|\[|第[一二三四五六七八九十百\d]+[章条节]|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[.．、]|附件"
    r"|根据|按照|现将|经[市省区县研]|各[市区县省有级部镇单]|抄送|来源|当前位置|关注|相关|上一篇|下一篇|政策解读|通知公告"
    r"|为(?:了|深入|全面|进一步|认真|贯彻|切实))"
)
_WEAK_END = re.compile(r"关于.*(?:制度|标准|规范|目录|清单|任务|准则|建议|条|法)$")
_BEGINS = re.compile(r"^(?:关于|印发|转发|批转)")
_NUMBER_AT_END = re.compile(r"[（(][^（）()]{1,20}〔(?:19|20)\d\d〕\d+号[）)]?$")
_NUMBER_LINE = re.compile(r"〔\d{4}〕|第?\d+号$|(?:文件|令)$")
_NUMBER_AT_START = re.compile(r"^[一-鿿]{2,14}〔(?:19|20)\d\d〕\d+号[\-—－ ]?")
_DATE_AT_START = re.compile(r"^(?:19|20)\d\d年\d{1,2}月\d{1,2}日(?=[一-鿿])")
_DATED = re.compile(r"(?:19|20)\d\d[-年]\d{1,2}[-月]\d{1,2}日?$")
_FOLLOWS = re.compile(
    r"""
      [（(]?[一-鿿]{1,14}〔(?:19|20)\d\d〕\d+号          # its number
    | [各市区县省镇][^。；]{1,120}?[：:]                  # its salutation
    | [\[【](?:主题分类|发文|成文|索引)                     # a box of labels
    | (?:(?!的)[一-鿿]){2,20}?(?:人民政府|委员会|办公室|办公厅|[厅局委部])(?:关于|印发)   # itself once more, with its issuer
    | (?:各[市区县省有级部镇单]|为(?:了|深入|全面|进一步|认真|贯彻|做好|加强)|根据|按照|近年来|现将|第一[章条])
    """,
    re.VERBOSE,
)
_ISSUES = re.compile(
    r"(?:印发|发布|公布|转发|批转)(?P<what>[^。]{3,150}?)(?:等[\d一二三四五六七八九十]+[个件项份]?[一-鿿]{2,6})?"
    r"的?(?:通知|公告|通告|决定|函|命令)(?:（[^（）]{1,30}）)?$"
)
_SENT = re.compile(
    r"""
      现将(?P<sent>[^。]{0,20}?《[^。]{3,200}?》)[^。；]{0,30}?(?:印发|发布|公布|转发|予以)  # 现将《…办法》印发给你们
    | (?P<passed>《[^。]{3,200}》)[^。；《》]{0,20}?(?:已|业)[^。；]{2,120}?(?:印发|发布|公布|转发)  # 《…》已经…同意，现印发
    | 现(?:予)?(?:公布|发布)[一-鿿]{0,6}(?P<now>《[^。]{3,120}?》)                                # 现公布修订后的《…条例》
    | (?:制定了|制定|研究编制了|编制了|编制|修订了)(?P<made>《[^。]{3,120}?》)[。，]现(?:予)?(?:印发|发布|公布)  # 我局制定了《…》。现印发
    """,
    re.VERBOSE,
)
_MAX_TITLE = 150
_FIRST_LINES = 3
_PROSE = 40  # characters of a paragraph that is text, below which no title of unusual wording is looked for
_MAX_JOINED = 6  # lines a title is broken over
_LOOSE = re.compile(r"[\s《》〈〉<>“”\"（）()、]|的")


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles as the stretches of text that print them.

    Attributes:
        policy: the title of the policy; of each where a notice issues several.
        notice: the title of the cover notice, None where there is none.
        is_explanation: whether ``policy`` is the title of a text about a policy (政策解读).
    """

    policy: tuple[Mapped, ...] = ()
    notice: Mapped | None = None
    is_explanation: bool = False


def read_titles(
    front: Sequence[Mapped], printed: Sequence[Mapped], named: Sequence[Mapped], hint: str = ""
) -> Titles:
    """Titles of the policy and of the notice.

    Args:
        front: the paragraphs before the first clause.
        printed: all paragraphs that are titles by their looks, in order.
        named: titles given outside the text itself: labels (标题：…), the name of an attached file.
        hint: what the file calls itself.

    >>> from ingest.clean import clean
    >>> lines = clean("关于印发《投资办法》的通知\\n各区：\\n现将《投资办法》印发给你们。")
    >>> titles = read_titles(lines, (), ())
    >>> titles.notice.text, [title.text for title in titles.policy]
    ('关于印发《投资办法》的通知', ['投资办法'])
    >>> read_titles(clean("各区：\\n请认真执行。"), (), ())
    Titles(policy=(), notice=None, is_explanation=False)
    """
    sent_at, sent = _sent(front)
    at, heading = _heading(front, hint)
    if heading is not None and sent and at > sent_at and not _ISSUES.search(heading.text):
        heading = None  # the issued text itself, printed below its notice
    candidates = [title for title in (heading, *named) if title is not None]
    notices = [title for title in candidates if _ISSUES.search(title.text)]
    if heading is None and not notices:
        notices, candidates = [], [*sent, *candidates]
    notice = (
        heading
        if heading is not None and heading in notices
        else notices[0]
        if notices and heading is None
        else None
    )
    if notice is not None and (issued := _issued(notice, sent, printed)):
        return Titles(issued, notice)
    policy = (heading,) if heading is not None else sent or tuple(candidates[:1])
    outer = next((n for n in notices if any(t.text in n.text and t.text != n.text for t in policy)), None)
    return Titles(tuple(map(_bare, policy)), outer)


def _bare(title: Mapped) -> Mapped:
    """A title without the 《》 around it."""
    whole = title.text.startswith("《") and title.text.endswith("》") and title.text.count("《") == 1
    return title.cut(1, len(title.text) - 1) if whole else title


def _issued(notice: Mapped, sent: tuple[Mapped, ...], printed: Sequence[Mapped]) -> tuple[Mapped, ...]:
    """The titles a notice issues: as it names them in 《》, else where the text proves that what it names is a document."""
    found = _ISSUES.search(notice.text)
    if found is None:
        return ()
    if quoted := _quoted(notice.cut(*found.span("what"))):
        return tuple(_as_printed(title, printed) for title in quoted)
    inner = _loose(found["what"])
    same = [title for title in printed if title.text != notice.text and _loose(title.text).endswith(inner)]
    if same and len(_loose(same[0].text)) <= len(inner) + 12:
        return (_bare(same[0]),)
    return sent


def _as_printed(title: Mapped, printed: Sequence[Mapped]) -> Mapped:
    return next((line for line in printed if line.text == title.text), title)


def _quoted(text: Mapped) -> tuple[Mapped, ...]:
    """What stands in 《》, each; inner pairs belong to the outer one.

    >>> [title.text for title in _quoted(Mapped("《甲》《关于印发〈乙〉的通知》", tuple(range(16))))]
    ['甲', '关于印发〈乙〉的通知']
    """
    titles, depth, start = [], 0, 0
    for at, char in enumerate(text.text):
        if char == "《":
            start = at + 1 if depth == 0 else start
            depth += 1
        elif char == "》" and depth:
            depth -= 1
            if depth == 0 and at > start:
                titles.append(text.cut(start, at))
    return tuple(titles)


def _sent(front: Sequence[Mapped]) -> tuple[int, tuple[Mapped, ...]]:
    """The titles that the text says are hereby issued, and the paragraph that says so."""
    for at, line in enumerate(front):
        for found in _SENT.finditer(line.text):
            group = next(name for name in ("sent", "passed", "now", "made") if found[name])
            quoted = _quoted(_last_list(line.cut(*found.span(group))))
            if quoted:
                return at, quoted
    return len(front), ()


def _last_list(text: Mapped) -> Mapped:
    """The titles that end a stretch, without those cited before them: 根据《甲》，《乙》和《丙》 gives the last two."""
    start = max(text.text.rfind(mark) for mark in ("，", "：", "；", "根据", "按照"))
    return text.cut(start + 1) if "《" in text.text[start + 1 :] else text


def _heading(front: Sequence[Mapped], hint: str) -> tuple[int, Mapped | None]:
    """The title printed above the text, put together from its lines, and the paragraph it begins in."""
    names = [_loose(piece) for piece in re.split(r"\s*[-_|－—–]+\s*", hint) if len(piece) >= 6]
    for at, line in enumerate(front):
        if names and len(line.text) < _MAX_TITLE and _loose(line.text) in names:
            return at, line
    plain: tuple[int, Mapped] | None = None
    in_prose = False
    for at, line in enumerate(front):
        in_prose = in_prose or (
            len(line.text) > _PROSE and "。" in line.text and not re.search("印发|公布|发布", line.text)
        )
        title = _title_at(front, at)
        if title is None:
            continue
        if re.search(r"关于|印发|转发|批转", title.text):
            first = _issuers_above(front, at) if _BEGINS.match(title.text) else at
            return first, join([*front[first:at], title], "")
        plain = plain or ((at, title) if not in_prose else None)
    return plain or (len(front), None)


def _title_at(front: Sequence[Mapped], at: int) -> Mapped | None:
    """The title that begins with a paragraph: the paragraph, its first words, or it with the next ones."""
    line = front[at]
    if _NO_START.match(line.text) or len(line.text) < 4:
        return None
    if ahead := _NUMBER_AT_START.match(line.text) or _DATE_AT_START.match(line.text):
        line = line.cut(ahead.end())
    glued = _glued(line)
    if glued and not (glued.text == line.text and _WEAK_END.search(glued.text)):
        return glued
    return _joined(front, at, line) or glued


def _joined(front: Sequence[Mapped], at: int, line: Mapped) -> Mapped | None:
    """A title that begins with a line and goes on in the next ones."""
    if not re.search(r"关于|印发|转发|批转", line.text) or not _may_go_on(line.text):
        return None
    weak: Mapped | None = None
    for end in range(at + 2, min(at + _MAX_JOINED, len(front)) + 1):
        last = front[end - 1].text
        ends_here = last.startswith("的")  # 的通知各有关单位：
        if (
            _NO_START.match(last)
            or re.search(r"〔\d{4}〕", last)
            or not (ends_here or _may_go_on(last, last=True))
        ):
            break
        title = _glued(join([line, *front[at + 1 : end]], ""))
        if title and not _WEAK_END.search(title.text):
            return title
        weak = title or weak
        if ends_here:
            break
    return weak


def _may_go_on(text: str, *, last: bool = False) -> bool:
    """Whether a line can be a piece of a title: no sentence, no date, no salutation."""
    return len(text) <= 80 and not _PARTS.search(text) and (last or not read_date(text))


def _glued(line: Mapped) -> Mapped | None:
    """A title that is a whole paragraph, or begins one and is followed by what follows titles."""
    text = line.text
    for word in re.finditer(rf"(?:{_TYPES}){_BRACKETS}》?", text[:_MAX_TITLE]):
        goes_on = _FOLLOWS.match(text, word.end()) or text[word.end() :].startswith(text[: word.end()])
        if goes_on and _is_title(text[: word.end()]):
            return line.cut(0, word.end())
    number = _NUMBER_AT_END.search(text) if len(text) < 2 * _MAX_TITLE else None
    whole = number.start() if number else len(text)
    return line.cut(0, whole) if _is_title(text[:whole]) else None


def _is_title(text: str) -> bool:
    """Whether a text reads as a title from its first to its last character.

    >>> _is_title("关于支持“专精特新”企业的若干措施（试行）"), _is_title("甲市促进投资条例")
    (True, True)
    >>> _is_title("按照规定，执行本办法。"), _is_title("关于印发《甲"), _is_title("通知")
    (False, False, False)
    """
    balanced = all(text.count(a) == text.count(b) for a, b in ("《》", "（）", "“”", "〈〉"))
    if not (5 <= len(text) <= _MAX_TITLE and balanced) or _PARTS.search(text) or _NO_START.match(text):
        return False
    if is_organ_line(text) or _DATED.search(text):
        return False
    return bool(_END.search(text)) and ("，" not in text or text.startswith(("关于", "《")) or "关于" in text)


def _issuers_above(front: Sequence[Mapped], at: int) -> int:
    """The first of the lines right above 关于… that print its issuers, who belong to the title (GB/T 9704-2012 §7.3.1)."""
    first = at
    while first > 0 and at - first < _MAX_JOINED * 3 and is_organ_line(front[first - 1].text):
        first -= 1
    return first


def _loose(text: str) -> str:
    """A title as far as two printings of it agree.

    >>> _loose("《甲 办法（试行）》") == _loose("甲办法(试行)")
    True
    """
    return _LOOSE.sub("", text)


def first_line(front: Sequence[Mapped]) -> Mapped | None:
    """A short first line of unusual wording that can serve as a title: no sentence, no salutation.

    >>> first_line([Mapped("各区人民政府：", tuple(range(7)))]) is None
    True
    """
    for line in front[:_FIRST_LINES]:
        text = line.text.strip("# ")
        if re.search(r"[，。；：:]", text):
            return None
        is_other = is_organ_line(text) or read_date(text) or _NUMBER_LINE.search(text)
        if 4 <= len(text) <= 60 and not is_other and not re.search(r"[>·|]", text):
            return _bare(line.cut(line.text.index(text), line.text.index(text) + len(text)))
    return None
