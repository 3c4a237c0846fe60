"""The documents that a document repeals as a whole (同时废止)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus import NodeKind
from ingest.docnumber import normalise_doc_number
from ingest.found import Found, span_of
from ingest.mapped import Mapped
from ingest.tree import Node

_VERB = re.compile(
    r"""
      (?:同时|即行|一并|相应|予以|自动|均|自行)*(?:废止|失效|停止(?:执行|施行|实施)|不再(?:执行|施行|实施))
    """,
    re.VERBOSE,
)
_NUMBER = r"[一-鿿]{1,14}[〔\[（(](?:19|20)\d\d[〕\]）)]第?\d{1,5}号"
_ORDER = r"[一-鿿]{0,20}(?:令|公告)(?:第[\d一二三四五六七八九十百]{1,8}号|(?:19|20)\d\d年第?\d{1,4}号)"
_REFERENCE = re.compile(
    rf"""
      《(?P<title>(?:[^《》]|《[^《》]*》){{2,150}})》
        (?:[（(](?:\d{{4}}年)?(?P<number>{_NUMBER}|{_ORDER})[^（）()]{{0,30}}[）)])?       # 《投资办法》（甲政发〔2019〕13号）
    | (?<![一-鿿])原?(?P<bare>{_NUMBER})                                                # 甲政发〔2011〕97号文件同时废止
    """,
    re.VERBOSE,
)
# between a list of documents and 废止: nothing of a part of one (第三条, 中的规定)
_TO_VERB = re.compile(
    r"^(?:等)?(?:[\d一二两三四五六七八九十]+[个件份项部])?(?:行政规范性|规范性|政策)?(?:文件|通知|规定|办法|文)?[，、]?"
    r"(?:(?:自|从|于)[^，。；《》]{2,24}?(?:之日|日)?起?|届时|现)?[，]?$"
)
_BETWEEN = re.compile(
    r"^(?:[、，；,\n]|和|及|与|以及|文件)+(?:原|[一-鿿]{0,20}(?:年\d{1,2}月\d{1,2}日)?[一-鿿]{0,20}(?:印发|发布|公布|制定|出台|下发|颁布)的|\d{1,2}[.．、]|（[一二三四五六七八九十\d]+）)*$"
)
_NOT_REPEALED = re.compile(
    r"(?:根据|依据|按照|依照|参照|违反|不符合|除|贯彻落实|落实|以|与)(?:原|[一-鿿]{0,12}的)?$"
)
_ALREADY = re.compile(r"(?:已|已经|被|应当|应予|应|可以|可|拟|未|不得|是否|建议|期满|届满后?)[一-鿿]{0,2}$")
_LIST = re.compile(r"^[：:\n]*(?:\d{1,2}[.．、]|（[一二三四五六七八九十\d]+）|[一二三四五六七八九十]+、)?")
_DECIDES = re.compile(r"(?:决定|现将?|现予)[^《》，。]{0,20}?废止(?:原)?(?=《)")  # 决定废止《投资办法》
_AFTER_NAMED = re.compile(r"^(?:$|[，,、]|等(?:$|[，\d一二三四五六七八九十]))")
_SENTENCE = re.compile(r"[^。；\n]+")
_MAX_SENTENCE = 3_000
_KEYS = ("废止", "失效", "停止执行", "停止施行", "停止实施", "不再执行", "不再施行", "不再实施")


def read_repealed(nodes: Sequence[Node], own: Sequence[str]) -> list[Found[str]]:
    """文号 of the documents repealed, or titles where none is printed, each once.

    Args:
        nodes: all nodes of the document.
        own: its own titles and number, which it does not repeal.
    """
    found: dict[str, Found[str]] = {}
    for at, node in enumerate(nodes):
        if node.kind in (NodeKind.HEADER, NodeKind.TITLE):
            continue
        for line, paragraph in enumerate(node.paragraphs):
            if not any(key in paragraph.text for key in _KEYS):
                continue
            listed = _listed_after(nodes, at, line) if paragraph.text.endswith(("：", ":")) else []
            for repealed in (*_in_paragraph(paragraph), *listed):
                if repealed.value not in own:
                    found.setdefault(repealed.value, repealed)
    return list(found.values())


def _in_paragraph(paragraph: Mapped) -> Iterator[Found[str]]:
    for found in _SENTENCE.finditer(paragraph.text):
        if found.end() - found.start() <= _MAX_SENTENCE:
            yield from repealed_in(paragraph.cut(*found.span()))


def repealed_in(sentence: Mapped) -> list[Found[str]]:
    """The documents a sentence repeals: the unbroken list that ends at its verb.

    >>> def read(text): return [found.value for found in repealed_in(Mapped(text, tuple(range(len(text)))))]
    >>> read("本办法自印发之日起施行，《投资办法》（甲政发〔2019〕13号）和原《招商办法》同时废止")
    ['甲政发〔2019〕13号', '招商办法']
    >>> read("《投资办法》第三条同时废止"), read("根据《立法法》，下列规定废止"), read("《投资办法》已废止")
    ([], [], [])
    >>> read("经研究，决定废止《投资办法》（甲政发〔2019〕13号）"), read("决定废止《投资办法》第三条")
    (['甲政发〔2019〕13号'], [])
    """
    repealed: list[Found[str]] = []
    references = list(_REFERENCE.finditer(sentence.text))
    for verb in _VERB.finditer(sentence.text):
        if _ALREADY.search(sentence.text[: verb.start()]):
            continue
        before = [reference for reference in references if reference.end() <= verb.start()]
        repealed += [_value(sentence, reference) for reference in _chain(sentence.text, before, verb.start())]
    if decides := _DECIDES.search(sentence.text):
        repealed += [_value(sentence, one) for one in _named_after(sentence.text, references, decides.end())]
    return repealed


def _named_after(text: str, references: Sequence[re.Match[str]], start: int) -> list[re.Match[str]]:
    """The references that follow a verb with nothing but separators between them; none where a part of one is meant."""
    named: list[re.Match[str]] = []
    for reference in references:
        if reference.start() >= start and (not named or _BETWEEN.match(text[start : reference.start()])):
            named.append(reference)
            start = reference.end()
    return named if _AFTER_NAMED.match(text[start:]) else []


def _chain(text: str, references: Sequence[re.Match[str]], end: int) -> list[re.Match[str]]:
    """The references that lead up to an offset with nothing but separators between them."""
    chain: list[re.Match[str]] = []
    for reference in reversed(references):
        gap = text[reference.end() : end]
        if not (_BETWEEN if chain else _TO_VERB).match(gap):
            break
        if _NOT_REPEALED.search(text[: reference.start()]):
            return []
        chain.insert(0, reference)
        end = reference.start()
    return chain


def _value(text: Mapped, reference: re.Match[str]) -> Found[str]:
    """The number of a reference, its title where it has none."""
    name = next(name for name in ("number", "bare", "title") if reference[name])
    written = reference[name]
    value = written if name == "title" else normalise_doc_number(written)
    return Found(value, (span_of(text, *reference.span(name)),))


def _listed_after(nodes: Sequence[Node], at: int, line: int) -> list[Found[str]]:
    """The documents listed below 下列文件同时废止：, one a paragraph."""
    following = [
        *nodes[at].paragraphs[line + 1 :],
        *(p for node in nodes[at + 1 : at + 60] for p in node.paragraphs[:1]),
    ]
    listed = []
    for paragraph in following:
        start = found.end() if (found := _LIST.match(paragraph.text)) else 0
        reference = _REFERENCE.match(paragraph.text, start)
        if reference is None or len(paragraph.text) - reference.end() > 2:
            break
        listed.append(_value(paragraph, reference))
    return listed
