"""What a web page prints around a document: navigation, boxes of metadata, sharing buttons, footers.

Nothing is dropped: boxes of metadata are part of the header, the rest goes to parts of its own above and below the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from corpus import NodeKind
from ingest.kinds import attachment_name, unnumbered_kind
from ingest.mapped import Mapped
from ingest.numbering import match_marker

_TOP, _BOTTOM = 40, 80  # paragraphs at either end of a page that may be furniture
_SHORT = 150
_TAIL = 1000  # characters at the end of a text without line breaks
_LABEL = re.compile(
    r"""
      ^[\[【（]?(?:索引号|统一编号|登记号|发文机[关构]|发布机[关构]|制发机关|发[文布]单位|公开主体|信息来源|来源|发文字号|文号|字号
        |(?:成文|发文|发布|印发|公开|生成|生效|实施|施行|失效|废止)(?:日期|时间)|有效期|有效性|时效性|效力状态
        |(?:主题|体裁|信息)?分类|主题词?|公文(?:种类|类型)|文种|(?:文件|信息)?(?:标题|名称)|关键词|公开(?:方式|类别|属性|形式)
        |(?:浏览|访问|阅读|点击)(?:次数|数|量)|作者|责任编辑|时间|日期)[\]】）]?\s*[：:\]】]    # 索引号：000014349
    | ^[\[【](?:索引号|发文机构|发文字号|主题分类|(?:成文|发布|实施|废止)日期|有效性)[\]】]        # [主题分类] 综合政务
    | ^-?\s*[A-Za-z_]+:\s | ^-{3,}$                                                 # - title: …   front matter of a captured page
    """,
    re.VERBOSE,
)
_ANY_LABEL = re.compile(r"^[一-鿿]{2,8}[：:]\s?\S")
_CATALOGUED = re.compile(
    r"^[\[【（]?(?:索引号|统一编号|登记号|发文字号|文号|(?:主题|体裁|信息)分类|公文种类|发布日期)[\]】）]?\s*[：:\]】]"
)  # what only the catalogue of a web site says; 时间：, 名称： and 公开方式： stand in documents too
_MIN_BOX = 2  # labels of a box below the text
_PAGE = re.compile(
    r"""
      首页\s*[>＞»›/] | 当前的?位置 | [您你](?:现在|当前|所)?[的在]位置                     # 首页 > 政府信息公开目录
    | 关怀版 | 长者版 | 无障碍 | 简体 | 繁体 | \bEN\b | 听全文 | 语音播报 | 智能问答 | 我要纠错
    | 字体[：:\[【大] | 字号[：:\[【大] | 打印(?:本[页文]|此[页文])?(?:$|[】\]\s])        # 【打印】
    | 分享[到至：:] | 收藏本[页站] | 关闭(?:窗口|本页|此页) | 返回(?:顶部|首页) | 扫一扫 | 二维码
    | 上一[篇条][：:]? | 下一[篇条][：:]? | 联系我们 | 设为首页 | 加入收藏 | HTML5
    | 版权所有 | 网站(?:标识码|地图|声明|纠错) | ICP备 | 公网安备 | 技术支持[：:] | Copyright
    | ^(?:主办|承办)(?:单位)?[：:].*(?:承办|邮编|备案|$)                                 # 主办：甲市人民政府办公室
    | ^[【\[]?相关(?:附件|解读|链接|阅读|政策|新闻|文件)(?:[：:】\]]|$) | 一图读懂 | ^图解[：:] | ^政策解读[：:]
    | [【\[](?:音频|视频|图片|文字|图文)?解读[】\]]                                     # 【音频解读】…
    | ^关注\s?[·•] | -->$ | ^[-\s]+$
    | \.(?:docx?|pdf|xlsx?|wps|ofd|zip|rar|mp[34])(?:（[^（）]*）)?$                     # 申报表.doc
    """,
    re.VERBOSE,
)
_GLUED_TAIL = re.compile(
    r"""
      (?:相关附件[：:] | 二维码开始 | (?<=[。）：])二维码 | 扫一扫在手机 | 【相关(?:解读|链接|阅读)】
        | (?<=[。）：日])政策解读[：:] | 版权所有 | 【?打印本页 | 【?关闭窗口)
    | (?<=[。）])[^。]{4,160}\.(?:docx?|pdf|xlsx?|wps|ofd|zip|rar)$
    """,
    re.VERBOSE,
)


class Furniture(Enum):
    """What a line around a document is."""

    BOX = "box"  # metadata of the page: 索引号：…
    PAGE = "page"  # navigation and footers


@dataclass(frozen=True, slots=True)
class Page:
    """A document and what its web page prints around it.

    Attributes:
        above: paragraphs above the document, each with what it is; None for one of the document itself among them.
        body: paragraphs of the document.
        below: paragraphs below it.
    """

    above: list[tuple[Mapped, Furniture | None]]
    body: list[Mapped]
    below: list[Mapped]


def split_page(paragraphs: Sequence[Mapped]) -> Page:
    """Part a document from the page around it.

    >>> texts = ["首页 > 政策", "文号：甲字〔2025〕1号", "甲市补贴办法", "第一条 目的。", "扫一扫在手机打开当前页"]
    >>> page = split_page([Mapped(text, tuple(range(len(text)))) for text in texts])
    >>> [kind.value for _, kind in page.above], [p.text for p in page.body], [p.text for p in page.below]
    (['page', 'box'], ['甲市补贴办法', '第一条 目的。'], ['扫一扫在手机打开当前页'])
    """
    paragraphs, tail = _cut_glued_tail(list(paragraphs))
    top = _top(paragraphs)
    bottom = max(_bottom(paragraphs), top)
    above = [
        (paragraph, _furniture(paragraph.text) or _entry(paragraph.text)) for paragraph in paragraphs[:top]
    ]
    return Page(above, paragraphs[top:bottom], [*paragraphs[bottom:], *tail])


def _furniture(text: str) -> Furniture | None:
    if len(text) > _SHORT or "。" in text:
        return None
    if _LABEL.match(text):
        return Furniture.BOX
    return Furniture.PAGE if _PAGE.search(text) else None


def _entry(text: str) -> Furniture | None:
    """What a line of unknown wording among the furniture is: another entry of the box (组配分类：意见), or of the document."""
    return Furniture.BOX if _ANY_LABEL.match(text) else None


def _top(paragraphs: Sequence[Mapped]) -> int:
    """How many paragraphs stand above the document: up to the last line of furniture before its text begins."""
    top = 0
    for n, paragraph in enumerate(paragraphs[:_TOP]):
        text = paragraph.text
        if _furniture(text) is not None:
            top = n + 1
        elif match_marker(text) or len(text) > _SHORT or text.endswith(("。", "：", "；")):
            break
    return top


def _bottom(paragraphs: Sequence[Mapped]) -> int:
    """Where the furniture below the document begins: text, attachments and signatures are of the document."""
    bottom = len(paragraphs)
    for n in range(len(paragraphs) - 1, max(-1, len(paragraphs) - _BOTTOM), -1):
        text = paragraphs[n].text
        if _furniture(text) is Furniture.PAGE and not attachment_name(text):
            bottom = n
        elif _LABEL.match(text):
            continue
        elif _is_of_document(text):
            break
    return _box_below(paragraphs, bottom)


def _box_below(paragraphs: Sequence[Mapped], bottom: int) -> int:
    """Where a box of metadata begins that is printed below the document; ``bottom`` if there is none."""
    start = bottom
    while start > 0 and _furniture(paragraphs[start - 1].text) is Furniture.BOX:
        start -= 1
    cells = [cell for paragraph in paragraphs[start:bottom] for cell in paragraph.text.split("\t")]
    is_box = sum(_LABEL.match(cell) is not None for cell in cells) >= _MIN_BOX
    return start if is_box and any(_CATALOGUED.match(cell) for cell in cells) else bottom


def _is_of_document(text: str) -> bool:
    """Whether a line near the end of a page belongs to the document: text, an attachment, a signature."""
    if len(text) > _SHORT or "。" in text or text.endswith(("；", "：", "，")):
        return True
    is_named = match_marker(text) is not None or attachment_name(text) is not None
    return is_named or unnumbered_kind(text) is not NodeKind.BODY


def _cut_glued_tail(paragraphs: list[Mapped]) -> tuple[list[Mapped], list[Mapped]]:
    """Cut the last paragraph where the furniture begins that lost its line breaks to it, however long that is.

    >>> text = "第九条施行。相关附件：通知.pdf（/files/1.pdf）解读.mp3（/files/2.mp3）二维码开始扫一扫"
    >>> body, tail = _cut_glued_tail([Mapped(text, tuple(range(len(text))))])
    >>> body[0].text, tail[0].text[:5], _cut_glued_tail([])
    ('第九条施行。', '相关附件：', ([], []))
    """
    if not paragraphs:
        return [], []
    last = paragraphs[-1]
    for found in _GLUED_TAIL.finditer(last.text, max(0, len(last.text) - _TAIL)):
        at = found.start()
        if at and "。" not in last.text[at:]:
            return [*paragraphs[:-1], last.cut(0, at)], [last.cut(at)]
    return paragraphs, []
