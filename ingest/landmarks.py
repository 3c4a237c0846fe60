"""Parts of a document that stand in one paragraph because its line breaks are lost.

GB/T 9704-2012 §7 fixes the order of what is printed: 标题, 主送机关, 正文, 附件说明, 发文机关署名, 成文日期, 附注, then the text that
is issued with its own 标题, and 版记. Each of them is recognised by its wording and by what stands beside it; a long
paragraph is cut there. Clause numbers are not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.mapped import Mapped

_LONG = 40  # characters; shorter paragraphs hold one thing
_SIGNERS = 80  # characters before a date that may be the names of organs
_SAME = 6  # characters of an attachment's title that tell it
_HEAD = 700  # characters at the start of a text that hold title, document number and addressees
_KINDS = (
    "通知|意见|办法|措施|方案|计划|规划|规定|细则|条例|公告|通告|决定|纲要|政策|指南|指引|规则|规程|章程|批复|要点|规范|标准"
    "|命令|制度|目录|名单|预案|函"
)
_ORGAN_END = (
    "政府|办公室|办公厅|委员会|委|厅|局|院|处|部|会|中心|公司|银行|大学|学院|小组|总队|支队|海关|署|所|办"
)
_DATE = re.compile(
    r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日|[二一][〇○零Ｏ九一二三四五六七八]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_TITLE = rf"[^，。；：！？《》\d][^，。；：！？《》]{{3,80}}?(?:{_KINDS})(?:（[^（）]{{1,14}}）)?"
_BODY = r"(?:为|根据|按照|依据|第一|一、|（一）|1[.．、]|目录|总则|近年来)"
_BEGINS = re.compile(_BODY)
_AFTER_DATE = re.compile(
    rf"""
      $ | （(?:此件|联系|主动|公开|依申请) | 附\s?件 | 附[：:] | 相关附件 | 抄送 | 主动公开 | 公开方式 | 【
    | 印发(?:$|[^一-鿿])
    | {_TITLE}{_BODY}
    """,
    re.VERBOSE,
)
_SIGNED_BY = re.compile(rf"(?:^|(?<=[。！？；）〕”]))[一-鿿（）、]{{2,60}}(?:{_ORGAN_END})$")
_AFTER_LIST = re.compile(
    rf"(?<=[表书单图册案则法南明])[一-鿿]{{1,8}}?(?:省|市|县|区|州|盟|旗|镇|乡)[一-鿿]{{0,14}}(?:{_ORGAN_END})$"
)
_COPIES = re.compile(r"(?<=[。；）])抄送[：:]")
_NOTE = re.compile(r"（(?:此件|联系人|联系电话|主动公开|公开属性)[^（）]{0,80}）")
_ISSUED_TITLE = re.compile(rf"{_TITLE}(?={_BODY})")
_ATTACHED = re.compile(
    r"(?<=[。！？；）日])附\s?件(?:[\d一二三四五]{1,2})?(?=[：:])|(?:^|(?<=[。）)日]))附\s?件[\d一二三四五]{0,2}(?=[一-鿿《])"
)
_LISTED = re.compile(r"附\s?件[：:]\s?([^。；]{4,400})")
_NUMBER = re.compile(
    rf"(?:(?<={_KINDS.replace('|', ')|(?<=')})|(?<=文件))(?!的)[一-鿿]{{1,10}}〔(?:19|20)\d\d〕第?\d+号"
)
_ADDRESSED = re.compile(
    r"[^。；！？：:]{2,400}(?:政府|部门|单位|委|局|公司|学校|机构|院|中心|办|处|企业|会|厅|部|组织|行|团体|大学|乡|镇|队|社|院校)"
    r"(?:（[^（）]{1,40}）)?[：:]"
)
_TITLED = re.compile(
    r"""
      (?:[^《》，。；：！？]|《[^《》]{1,80}》){4,150}?                       # 甲市人民政府关于印发《甲市补贴办法》的
      (?:通知|意见|公告|通告|决定|批复|函|措施|命令|方案|办法)(?:（[^（）]{1,14}）)?
      (?=各|[一-鿿]{2,10}人民政府，|有关)                            # 各区人民政府：
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"(?:通知|意见|公告|通告|决定|批复|措施|方案|办法)(?:（[^（）]{1,14}）)?")
_MAX_TITLE = 160
_PROSE = re.compile(r"[，。；：！？（]")
_QUOTED = re.compile(r"《[^《》]*》")
_CONTENTS = re.compile(r"目\s?录(?=第一[编章])")


def cut_landmarks(paragraphs: Sequence[Mapped]) -> list[Mapped]:
    """Paragraphs, long ones cut where another part of the document begins.

    >>> text = "各区人民政府：《甲市补贴办法》已经同意，现印发给你们。甲市人民政府2024年1月9日甲市补贴办法第一条"
    >>> text += "为了规范补贴。第二条略。"
    >>> [p.text[:12] for p in cut_landmarks([Mapped(text, tuple(range(len(text))))])]
    ['各区人民政府：', '《甲市补贴办法》已经同意', '甲市人民政府', '2024年1月9日', '甲市补贴办法', '第一条为了规范补贴。第二']
    """
    titles = _named_titles(paragraphs)
    cut: list[Mapped] = []
    for n, paragraph in enumerate(paragraphs):
        if len(paragraph.text) < _LONG or "\t" in paragraph.text:
            cut.append(paragraph)
            continue
        places = set(_inside(paragraph.text, titles))
        if n + 1 < len(paragraphs) and _DATE.match(paragraphs[n + 1].text):
            places.update(_signed_at_end(paragraph.text))
        if n < 3:
            places.update(_at_head(paragraph))
        edges = [0, *sorted(places - {0, len(paragraph.text)}), len(paragraph.text)]
        cut += [paragraph.cut(start, end) for start, end in pairwise(edges)]
    return cut


def _named_titles(paragraphs: Sequence[Mapped]) -> tuple[str, ...]:
    """Titles in 《》 at the start of the document: those of the texts that a notice issues, longest first."""
    head = "".join(paragraph.text[:_HEAD] for paragraph in paragraphs[:12])[: 2 * _HEAD]
    named = set(re.findall(r"《([^《》]{4,80})》", head)) | set(
        re.findall(rf"印发([^《》，。]{{4,80}}?(?:{_KINDS}))的通知", head)
    )
    named |= {
        name[name.index("关于") :] for name in named if "关于" in name
    }  # 《市审计局关于…的意见》 is printed without its organ
    return tuple(sorted(named, key=len, reverse=True))


def _inside(text: str, titles: Sequence[str]) -> Iterator[int]:
    """Where signatures, notes, issued titles and attachments begin and end."""
    entries = _attachments(text)
    for name in titles:
        yield from _printed_title(text, name)
    for date in _DATE.finditer(text):
        end = date.end()
        if _AFTER_DATE.match(text, end) or _is_named(text, end, titles, entries):
            yield from _signature(text, date.start(), end, titles)
    for found in _COPIES.finditer(text):
        yield found.start()
    for found in _ATTACHED.finditer(text):
        if text[found.end() : found.end() + 1] in "：:":
            yield found.start()
        elif length := max((_common(text, found.end(), entry) for entry in entries), default=0):
            yield from (found.start(), found.end(), found.end() + length)
    for found in _CONTENTS.finditer(text):
        yield from found.span()
        first = text.find(text[found.end() : found.end() + 6], found.end() + 6)
        if first >= 0:
            yield first


def _attachments(text: str) -> list[str]:
    """Titles in the lists of attachments of a text; the last of a list may go on into what follows it.

    >>> _attachments("附件：1.申报表2.评审规则 甲局")
    ['申报表', '评审规则 甲局']
    """
    listed = (entry for found in _LISTED.finditer(text) for entry in re.split(r"\d[.．、]", found[1]))
    return [entry for entry in listed if entry]


def _common(text: str, at: int, entry: str) -> int:
    """How long a title of an attachment stands at an offset, 0 if it is another."""
    length = next((n for n, char in enumerate(entry) if text[at + n : at + n + 1] != char), len(entry))
    is_whole = length == len(entry) or (length > 2 and _BEGINS.match(text, at + length) is not None)
    return length if is_whole or length >= _SAME else 0


def _printed_title(text: str, name: str) -> Iterator[int]:
    """Where a title that a notice names is printed above its text, and not named in a sentence."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if (at == 0 or text[at - 1] in "。！？；）日") and (end == len(text) or _BEGINS.match(text, end)):
            yield from (at, end)
        at = text.find(name, end)


def _is_named(text: str, at: int, titles: Sequence[str], entries: Sequence[str]) -> bool:
    """Whether the title of an issued text or of an attachment stands at an offset."""
    if any(text.startswith(name, at) for name in titles):
        return True
    return any(_common(text, at, entry) for entry in entries)


def _signature(text: str, start: int, end: int, titles: Sequence[str]) -> Iterator[int]:
    """Where the organs above a date begin, the date begins and ends, and what follows it ends; nothing for other dates."""
    before = text[max(0, start - _SIGNERS) : start]
    organs = _SIGNED_BY.search(before) or _AFTER_LIST.search(before)
    if (
        organs is None
        and start > 0
        and not before.endswith(("。", "！", "）"))
        and not _LISTED.search(before)
    ):
        return
    if organs:
        yield start - len(before) + organs.start()
    if text.startswith("印发", end):
        yield end + 2
        return
    yield start
    yield end
    yield from _after_signature(text, end, titles)


def _signed_at_end(text: str) -> Iterator[int]:
    """Where the organs begin that end a paragraph before the line of the date."""
    tail = text[-_SIGNERS:]
    if organs := _SIGNED_BY.search(tail):
        yield len(text) - len(tail) + organs.start()


def _after_signature(text: str, at: int, titles: Sequence[str]) -> Iterator[int]:
    """Where the note below a signature and the title of the issued text end."""
    while note := _NOTE.match(text, at):
        at = note.end()
        yield at
    named = next((name for name in titles if text.startswith(name, at)), None)
    if named:
        yield at + len(named)
    elif title := _ISSUED_TITLE.match(text, at):
        yield title.end()


def _at_head(paragraph: Mapped) -> Iterator[int]:
    """Where title, document number and addressees at the start of a text end."""
    text = paragraph.text[:_HEAD]
    at = 0
    number = _NUMBER.search(text)
    if number and not _PROSE.search(_QUOTED.sub("", text[: number.start()])):
        yield from _repeated(paragraph, number.start())
        yield from number.span()
        at = number.end()
    if end := _end_of_title(paragraph, at):
        yield end
        at = end
    if addressed := _ADDRESSED.match(text, at):
        yield addressed.end()


def _end_of_title(paragraph: Mapped, at: int) -> int | None:
    """Where a title that begins at an offset ends: before the addressees, or at a blank after its last word."""
    text = paragraph.text[:_HEAD]
    if title := _TITLED.match(text, at):
        return title.end()
    for word in _LAST_WORD.finditer(text, at, at + _MAX_TITLE):
        end = word.end()
        is_blank = end < len(text) and paragraph.origin[end] - paragraph.origin[end - 1] > 1
        if is_blank and end - at > 8 and not _PROSE.search(_QUOTED.sub("", text[at:end])):
            return end
    return None


def _repeated(paragraph: Mapped, end: int) -> Iterator[int]:
    """The middle of a title that is printed twice: once by the page, once by the document."""
    half = end // 2
    if end % 2 == 0 and half > 6 and paragraph.text[:half] == paragraph.text[half:end]:
        yield half
