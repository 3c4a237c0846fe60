"""文号: the number a document carries itself, never one that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.found import Found, found_in, join
from ingest.mapped import Mapped

_NUMBER = re.compile(
    r"""
    (?P<code>[一-鿿]{1,40})                       # 鲁科字, or with what is glued before it: …的意见渝府发
    \s* [〔\[（(【﹝] \s* (?P<year>(?:19|20)\d\d) \s* [〕\]）)】﹞]
    \s* 第? \s* (?P<number>\d{1,5}) \s* 号
    """,
    re.VERBOSE,
)
_COUNT = r"(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,8})"
_ORDER = re.compile(
    rf"""
    ^ (?P<organ>[一-鿿]{{0,40}}?) (?P<kind>令|公告|通告) [\s（(]*
    (?: 第 \s* (?P<number>{_COUNT}) \s* 号            # 中华人民共和国国务院令 第707号, 甲市人民政府令（第12号）
      | [〔（(]? (?P<year>(?:19|20)\d\d) [〕）)]? \s* 年? \s* 第? \s* (?P<of_year>\d{{1,4}}) \s* 号  # 公告2024年第5号
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
_NOTE = re.compile(
    r"日(?P<organ>[一-鿿]{2,30}?)令第(?P<number>\d{1,5}|[一二三四五六七八九十百零〇]{1,8})号(?:公布|发布|颁布)"
)
_BRACKETED_NOTE = re.compile(r"^[（(][^（）()]{0,80}?\d{1,2}日")
_TITLE_WORD = re.compile(
    r"通知|意见|办法|措施|方案|计划|规划|规定|细则|条例|通告|公告|决定|纲要|政策|指南|指引|规则|规程|章程|批复|要点|清单"
    r"|命令|报告|标准|规范|文件|人民政府|办公室|办公厅|委员会|管理局|总局"
)
_CITED = r"(?:根据|依据|按照|依照|参照|遵照|执行|落实|转发|印发|废止|修改|(?<!意)见|附件)"
_CITED_BEFORE = re.compile(rf"{_CITED}$")
_CITED_CODE = re.compile(rf"{_CITED}|.*关于|的")
_NO_ISSUER = re.compile(r"^(?:根据|依据|按照|依照|经|由)|关于|的|《")
_LAST_BRACKET = re.compile(r"（[^（）]{1,12}）$")
_MAX_CODE = 14
_PUBLIC = re.compile(r"（[^（）]*公开[^（）]*）$")
_FILE_NAME = re.compile(r"[^\n。；]{4,150}?\.(?:pdf|docx?|wps|ofd|zip|rar)", re.IGNORECASE)


def normalise_doc_number(text: str) -> str:
    """The first 文号 in a text in its normal form, "" if there is none.

    >>> normalise_doc_number("鲁科字[2024] 137 号"), normalise_doc_number("依照国发（2019）第4号文"), normalise_doc_number("137号")
    ('鲁科字〔2024〕137号', '依照国发〔2019〕4号', '')
    >>> normalise_doc_number("中华人民共和国国务院令 第707号"), normalise_doc_number("公告 2024 年第5号")
    ('中华人民共和国国务院令第707号', '公告2024年第5号')
    """
    if found := _NUMBER.search(text):
        return f"{found['code'][-_MAX_CODE:]}〔{found['year']}〕{found['number']}号"
    order = _ORDER.search(text.strip())
    return _order(order) if order else ""


def _order(found: re.Match[str]) -> str:
    if found["number"]:
        return f"{found['organ']}{found['kind']}第{found['number']}号"
    return f"{found['organ']}{found['kind']}{found['year']}年第{found['of_year']}号"


def own_number(lines: Sequence[Mapped]) -> Found[str] | None:
    """The number printed on one of the lines above the clauses.

    >>> from ingest.clean import clean
    >>> [n and n.value for n in map(own_number, map(clean, ("甲政发〔2020〕3号", "关于促进投资的意见甲府发〔2019〕17号各区县")))]
    ['甲政发〔2020〕3号', '甲府发〔2019〕17号']
    >>> own_number(clean("根据《关于投资的意见》（甲府发〔2019〕17号），制定本办法。")) is None
    True
    """
    for at, line in enumerate(lines):
        found = next(_printed(line), None) or _ordered(line, lines[at + 1 : at + 2])
        if found:
            return found
    return next(filter(None, map(_in_note, lines)), None)


def _printed(line: Mapped) -> Iterator[Found[str]]:
    """Numbers in a line that belong to it: alone, behind the title, or before it."""
    for found in _NUMBER.finditer(line.text):
        start = _code_start(line.text, found.start(), found.end("code"))
        before, after = line.text[:start], line.text[found.end() :]
        if start < 0 or _inside(before) or _CITED_BEFORE.search(before[-4:]) or not _goes_before(before):
            continue
        if (
            before.endswith(("（", "(", "〔", "[")) and after[1:2]
        ):  # a title ends with its number; more is a citation
            continue
        if _goes_behind(after):
            value = f"{line.text[start : found.end('code')]}〔{found['year']}〕{found['number']}号"
            yield Found(value, found_in(line, start, found.end()).spans)


def _code_start(text: str, start: int, end: int) -> int:
    """Where the code of an agency begins in a run of characters that may hold a title before it; -1 if nowhere.

    >>> text = "关于加快电子商务产业发展的意见渝府发"
    >>> text[_code_start(text, 0, len(text)):], _code_start("制定了关于投资和贸易便利化的若干内容", 0, 18)
    ('渝府发', -1)
    """
    for word in reversed(list(_TITLE_WORD.finditer(text, start, end))):
        if end - word.end() >= 2:
            start = word.end()
            break
    code = text[start:end]
    return start if 0 < len(code) <= _MAX_CODE and not _CITED_CODE.match(code) else -1


def _inside(before: str) -> bool:
    """Whether a 《 before the number is still open: it names another document."""
    return before.count("《") > before.count("》") or before.count("〈") > before.count("〉")


def _goes_before(before: str) -> bool:
    """What may stand before a document's own number: nothing, its title, 文件, or the bracket after a title.

    >>> [_goes_before(text) for text in ("", "甲市人民政府文件", "关于投资的意见（", "依照规定和")]
    [True, True, True, False]
    """
    text = before.rstrip("（([〔 ")
    if len(text) > 160 or re.search(r"[。；：:]|》$", text):
        return False
    if not text:
        return True
    text = _LAST_BRACKET.sub("", text)
    return any(word.end() == len(text) for word in _TITLE_WORD.finditer(text))


def _goes_behind(after: str) -> bool:
    """What may follow a document's own number: its end, the signer, a title, or a salutation, but no 文 or 规定.

    >>> _goes_behind("签发人：张三"), _goes_behind("各区县人民政府："), _goes_behind("文件精神"), _goes_behind("，结合实际")
    (True, True, False, False)
    """
    return not re.match(
        r"[）)】\]]?(?:[，。、；：》〉]|文|规定|要求|精神|等|的|第|中|同时|予以|已|和|及|与)", after
    )


def _ordered(line: Mapped, following: Sequence[Mapped]) -> Found[str] | None:
    """The number of an order or announcement, in a line or in it and the next: …人民政府令 / 第193号."""
    if len(line.text) > 60 and not line.text.startswith("中华人民共和国"):
        following = ()
    text = join([line.cut(0, 80), *(next_line.cut(0, 20) for next_line in following)])
    found = _ORDER.match(text.text)
    if found is None or _NO_ISSUER.search(found["organ"]):
        return None
    end = found.end() + (text.text[found.end() : found.end() + 1] in "）)" and "（" in found.group())
    return Found(_order(found), found_in(text, 0, end).spans)


def _in_note(line: Mapped) -> Found[str] | None:
    """The order in the note below the title of a law, where it names one: （2021年7月27日…国务院令第746号公布）."""
    if not _BRACKETED_NOTE.match(line.text) or len(re.findall(r"令第", line.text[:400])) != 1:
        return None
    found = _NOTE.search(line.text, 0, 400)
    if found is None:
        return None
    value = f"{found['organ']}令第{found['number']}号"
    start = found.start("organ")
    return Found(value, found_in(line, start, start + len(value)).spans)


def labelled_number(value: Mapped) -> Found[str] | None:
    """The number a label's value (文号：…) begins with.

    >>> labelled_number(Mapped("无", (0,))) is None
    True
    """
    start = 1 if value.text.startswith(("（", "(")) else 0
    number = _NUMBER.match(value.text, start) or _ORDER.match(value.text, start)
    if number is None:
        return None
    return Found(normalise_doc_number(number.group()), found_in(value, number.start(), number.end()).spans)


def number_of_file(
    lines: Sequence[Mapped], titles: Sequence[str], year: int | None
) -> tuple[Found[str], Mapped] | None:
    """Number and title in the name of an attached file that is the document itself.

    Args:
        lines: the last paragraphs: 相关附件：甲府发〔2023〕1号关于印发投资办法的通知.pdf.
        titles: titles of the document; the file must name one.
        year: year of issue, which must be the number's where no title is known.
    """
    for line in lines:
        for name in _FILE_NAME.finditer(line.text):
            number = _NUMBER.search(line.text, name.start(), name.end())
            if number is None:
                continue
            is_own = any(title in name.group() for title in titles) if titles else str(year) == number["year"]
            start = _code_start(line.text, number.start(), number.end("code"))
            if not is_own or start < 0:
                continue
            stop = line.text.rindex(".", number.end(), name.end())
            stop -= len(public.group()) if (public := _PUBLIC.search(line.text[number.end() : stop])) else 0
            value = f"{line.text[start : number.end('code')]}〔{number['year']}〕{number['number']}号"
            return Found(value, found_in(line, start, number.end()).spans), line.cut(number.end(), stop)
    return None
