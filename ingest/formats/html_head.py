"""What a page says of its policy above the text: the headline, and the box of 索引号, 发文机关, 文号 and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.formats.html_page import Block, Box, Page

_TELLING = (
    "索引号 统一编号 文号 发文字号 发文机关 发文机构 发文单位 发布机构 发布机关 发布单位 制定机关 成文日期 印发日期 发文日期 生成日期"
    " 主题分类 有效性 时效性 效力状态 文件状态 实施日期 施行日期 生效日期 失效日期 废止日期 公开方式 公开形式 组配分类 体裁分类"
    " 规范性文件编号 登记号 统一登记号 有效期 信息索引号"
).split()
_OTHERS = (
    "标题 名称 信息名称 文件名称 公文名称 发布日期 发布时间 公开日期 公开时间 分类 信息分类 主题词 关键词 状态 文种 公文种类 公开范围"
    " 公开责任部门 所属主题 服务对象 内容概述 有效期限 是否有效 备注文号"
).split()
_LABEL = re.compile(
    r"(?:^|(?<=[\s】\]]))[【\[]?("
    + "|".join(r"\s*".join(label) for label in sorted(_TELLING + _OTHERS, key=len, reverse=True))
    + r")[】\]]?\s*[：:]"
)  # 索 引 号：
_MIN_LABELS = 3
_MAX_VALUE = 200  # characters of a line that can stand in the box
_SUFFIX = re.compile(
    r"""
    ^(?P<title>.{4,}?)\s*(?:[_|｜]+|\s[-－–—]+\s|[-－–—]+)\s*
    (?P<site>[^_|｜《》]{0,40}?(?:网|网站|门户|平台|政府|频道|公开|公报|[局厅委部办会]|中心|栏目|动态|公告|文件|政策))\s*$
    """,
    re.VERBOSE,
)  # 关于…的通知_中国政府网, 关于…的通知 - 某市人民政府门户网站
_HEADINGS = ("h1", "h2", "h3")
_TITLE_NAMES = re.compile(r"(?:^|[\s_-])(?:\w*title\w*|biaoti|bt|headline|tit)(?=$|[\s_-])")
_TITLE_META = ("articletitle", "article:title", "title", "og:title")
_MIN_TITLE, _MAX_TITLE = 5, 200
_MAX_MENTION = 500  # characters of what a page calls itself that are looked at
_NEAR = 15  # lines above the article in which a headline is looked for that the page does not name elsewhere
_BEGINNING = 12  # lines of the article that may repeat the headline
_COLUMN = re.compile(
    r"^(?:通知公告|政策(?:文件|法规|解读)?|政务公开|信息公开|(?:最新)?文件|首页|详情|内容页?|公示公告|新闻动态)$"
)
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Labels:
    """The box of metadata: its pairs as lines, the first block of each pair, and all blocks it is made of."""

    lines: tuple[str, ...]
    blocks: frozenset[int]


def read_labels(page: Page) -> Labels:
    """The pairs of label and value, each once; none unless three labels stand together, one of them telling.

    >>> texts = ["索 引 号：", "X1/2024", "文号： 某科〔2024〕1号", "成文日期：2024年1月2日 状态：有效", "正文"]
    >>> blocks = [Block(text, len(text), 0, False, 0) for text in texts]
    >>> read_labels(Page(blocks, [Box("html", "", -1)])).lines
    ('索 引 号：X1/2024', '文号： 某科〔2024〕1号', '成文日期：2024年1月2日', '状态：有效')
    >>> read_labels(Page(blocks[2:3], [Box("html", "", -1)])).lines
    ()
    """
    lines: dict[str, str] = {}
    used: set[int] = set()
    run: list[int] = []
    pairs: list[str] = []
    open_label = False
    for at, block in enumerate([*page.blocks, Block("", 0, 0, False, 0)]):
        found = _pairs(block.text) if block.size <= _MAX_VALUE else []
        if found:
            pairs += found
            open_label = _is_empty(found[-1])
            run.append(at)
        elif (
            open_label
            and 0 < block.size <= _MAX_VALUE
            and _is_beside(page.boxes, page.blocks[run[-1]].box, block.box)
        ):
            pairs[-1] += block.text.strip()
            open_label = False
            run.append(at)
        else:
            if _is_box(pairs):
                used.update(run)
                for pair in pairs:
                    if not _is_empty(pair):
                        lines.setdefault(_bare(pair), pair)
            run, pairs, open_label = [], [], False
    return Labels(tuple(lines.values()), frozenset(used))


def _pairs(text: str) -> list[str]:
    """The pairs on a line, none unless it begins with a label."""
    starts = [found.start() for found in _LABEL.finditer(text)]
    if not starts or text[: starts[0]].strip():
        return []
    return [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _is_beside(boxes: list[Box], label: int, value: int) -> bool:
    """Whether the box of a value stands beside that of its label: in one table row, in one box, or next to each other."""
    one, other = boxes[label], boxes[value]
    if one.row >= 0 or other.row >= 0:
        return one.row == other.row
    return value == label or one.parent in (value, other.parent) or other.parent == label


def _is_empty(pair: str) -> bool:
    """Whether a pair has no value."""
    return pair.endswith(("：", ":"))


def _is_box(pairs: list[str]) -> bool:
    labels = {_bare(found.group(1)) for pair in pairs if (found := _LABEL.match(pair))}
    return len(labels) >= _MIN_LABELS and not labels.isdisjoint(_TELLING)


def _bare(text: str) -> str:
    """Its letters and digits.

    >>> _bare("关于印发《办法》 的通知")
    '关于印发办法的通知'
    """
    return _NOT_WORD.sub("", text)


def page_title(page: Page) -> str:
    """What the page calls itself outside its text, without the name of the site; "" if that is only a column.

    >>> page_title(Page(title="某市科技局关于印发《办法》的通知_某市人民政府门户网站"))
    '某市科技局关于印发《办法》的通知'
    >>> page_title(Page(title="通知公告 - 某市人民政府"))
    ''
    """
    named = next((page.meta[name] for name in _TITLE_META if page.meta.get(name, "").strip()), "")
    title = " ".join((named or page.title)[:_MAX_MENTION].split())
    while found := _SUFFIX.match(title):
        title = found.group("title")
    return "" if _COLUMN.match(title) else title[:_MAX_TITLE]


def headline(page: Page, first: int, lines: tuple[int, ...], used: frozenset[int]) -> list[int]:
    """The blocks of the headline where it stands outside the article, none if the article begins with it.

    Args:
        page: the page.
        first: first block of the box of the article.
        lines: blocks of the article.
        used: blocks of the box of metadata.
    """
    title = _bare(page_title(page))
    known, near = list[int](), list[int]()
    for box in page.boxes:
        if box.first >= first or not 0 < box.last - box.first <= 4:
            continue
        blocks = [at for at in range(box.first, min(box.last, first)) if at not in used]
        text = _bare("".join(page.blocks[at].text for at in blocks))
        if not _MIN_TITLE <= len(text) <= _MAX_TITLE:
            continue
        if title and text == title:
            known = blocks
        elif _is_named_title(box.tag, box.names) and not any(page.blocks[at].links for at in blocks):
            if title and (text in title or title in text):
                known = known or blocks
            elif box.last >= first - _NEAR:
                near = blocks
    found = known or near
    text = _bare("".join(page.blocks[at].text for at in found))
    beginning = _bare("".join(page.blocks[at].text for at in lines[:_BEGINNING]))
    return [] if text in beginning else found


def _is_named_title(tag: str, names: str) -> bool:
    return tag in _HEADINGS or bool(_TITLE_NAMES.search(names))
