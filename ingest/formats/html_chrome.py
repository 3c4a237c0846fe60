"""What a page prints around an article: how navigation, footers, share buttons and related links are known."""

from __future__ import annotations

import re

from ingest.formats.html_page import Block, Box

_NAMES = re.compile(
    r"""
    (?:^|[\s_-])(?:
      (?:site|page|web|main|new)?-?foot(?:er)?\w*       # footer, footer2022, foot_m
    | (?:copy-?right|beian|friend-?links?|sitemap|site-map)\w*
    | (?:top|main|left|sub|side|web)?-?_?(?:nav|menu|sidebar)(?:bar|igator|igation|box|list)?\d*
    | bread-?crumbs?\w* | crumbs? | curmb | dqwz | (?:cur|current)-?_?(?:pos|position|location)\w* | location\d*
    | (?:bd)?-?share\w* | \w*(?:_|-)share | qr-?code\w* | ewm\w* | \w+-(?:ewm|qrcode)
    | xg(?:xw|wz|yd|lj|jd|bd)\w* | \w+_xg(?:xw|wz|yd) | relat(?:ed?|ion)\w* | recommend\w* | rel-?news\w*
    | (?:print|font-?size|set-?font|tool-?bar|tools?|op-row)\w* | \w+-(?:print|tools?)
    | back-?(?:to-?)?top | go-?top | return-?top | newgotop | jiucuo\w*
    | search\w* | login\w* | modal\w* | pop-?up\w* | dialog\w* | mask | comments?(?:-?(?:list|box|area))?
    | pag(?:er|ination|ing)\w* | page-?break | pagediv | prev-?next\w* | (?:un)?extended | \w+_extended | \w+-extended
    | quick-?bar | easybtn\w* | fixed-?_?nav\w* | float-?(?:bar|nav|right|left)\w* | adv(?:ert\w*)? | ads?
    | article-?attr\w* | content_attr\d? | (?:date|publish|pub)-?_?(?:row|info|time)\w*
    )(?=$|[\s_-])
    """,
    re.VERBOSE,
)
_WEAK_NAMES = re.compile(
    r"(?:^|[\s_-])(?:(?:site|page|web)-?)?(?:header\w*|head|top\w*|banner\w*|logo\w*)(?=$|[\s_-])"
)
_TAGS = frozenset(("nav", "footer", "aside", "menu", "dialog"))
_NEVER = frozenset(("html", "body", "h1", "h2", "h3", "tbody", "tr", "td", "th"))
_FOOTER = re.compile(
    r"版权所有|ICP备|公网安备|网站标识码|网站地图|技术支持[：:]|即将离开.{0,30}(?:网站|是否继续)|建议使用.{0,20}(?:浏览器|分辨率)"
)
_BUTTON = re.compile(
    r"""
    ^(?:[\s【】\[\]（）()：:|｜·\-—+，,、/×＋]
    | 打印(?:本页|页面|正文|此页|本文)? | 关闭(?:窗口|本页|页面|此页)? | 返回(?:顶部|首页|列表|上一?页)? | 回到顶部
    | 分享(?:文章)?(?:到|至)? | 微信好友 | 微信 | 新浪微博 | 微博 | QQ空间 | QQ好友 | 取消 | 收藏(?:本页)? | (?:内容)?纠错 | 我要
    | 字体 | 字号 | A?\+?[大中小] | A\+ | A- | 听全文 | 语音播报 | 播放 | 暂停 | 下载(?:文字版|图片版|本页|全文)?
    | 扫一扫(?:在手机)?(?:上)?(?:打开|查看|浏览|分享)?(?:当前|本|此)?页?面? | 在手机(?:上)?打开当前页
    | (?:浏览|访问|点击|阅读)(?:次数|人数|量|数)? | \d+ | 次
    )++$
    """,
    re.VERBOSE,
)
_BUTTON_WORD = re.compile(
    r"打印|关闭|返回|顶部|分享|收藏|纠错|字体|字号|大中小|大\s+中\s+小|听全文|扫一扫|在手机|浏览|访问|点击|阅读|下载"
)
_ATTRIBUTES = re.compile(
    r"""
    ^(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*)?
    (?:【?(?:(?:信息|文章|稿件|新闻)?来源|发[布表文][时日][间期]|更新[时日][间期]|发稿时间|责任编辑|浏览(?:次数|量)|点击(?:次数|数|率|量)|阅读(?:次数|量)|访问次数|字[体号]|
      稿源|发布人|录入人|信息提供|作者)\s*[：:][^。；]{0,120})$
    """,
    re.VERBOSE,
)
_PLACE = re.compile(r"^(?:您?(?:当前|现在)?的?所?在?的?位置|首页\s*[>》»＞/])")
_NEIGHBOUR = re.compile(r"^[【\[]?(?:上|下)一[篇条页]\s*[】\]]?\s*[：:]|^责任编辑|^微信扫一扫")
_RELATED = re.compile(
    r"^[【\[]?(?:相关(?:新闻|阅读|链接|文章|信息|政策|解读|文件|稿件|报道|内容|推荐|附件|文件下载)|(?:政策|文件|图片|图文|媒体)解读|延伸阅读|推荐阅读|"
    r"热[门点](?:新闻|文章|推荐)?|猜你喜欢|基本信息|文件下载|附件下载)[】\]]?[：:]?$"
)
_FILES = re.compile(r"^[【\[]?(?:相关附件|附件下载|(?:相关)?文件下载)[】\]]?[：:]?$")
_POINTER = re.compile(
    r"^[【\[]?(?:点击(?:查看|阅读|下载)|(?:政策|文字|音频|视频|图片|图文|媒体|专家|问答)解读|一图(?:读懂|看懂|解读))[】\]]?[^。；]{0,120}$"
)  # 点击查看政策解读：…
_MARK_ONLY = re.compile(r"^[\W_]+$")
_DOC_NUMBER = re.compile(r"[〔\[［【(（]\s*(?:19|20)\d\d\s*[〕\]］】)）]\s*\d+\s*号")


def is_chrome_box(box: Box) -> bool:
    """Whether an element is of the page and not of the article, by its tag and names.

    >>> is_chrome_box(Box("div", "footer2022", 0)), is_chrome_box(Box("div", "article-content", 0))
    (True, False)
    """
    return box.tag in _TAGS or (box.tag not in _NEVER and bool(_NAMES.search(box.names)))


def is_header_box(box: Box) -> bool:
    """Whether an element is the head of something: of the page, or of the article with its number and title.

    >>> is_header_box(Box("div", "site-header", 0)), is_header_box(Box("div", "content", 0))
    (True, False)
    """
    return box.tag == "header" or (box.tag not in _NEVER and bool(_WEAK_NAMES.search(box.names)))


def is_chrome_line(block: Block) -> bool:
    """Whether a line is no part of any article: a button, the place in the site, a footer, who put it on line.

    >>> [is_chrome_line(Block(t, len(t), 0, False, 0)) for t in ("【打印】【关闭窗口】", "您的位置：首页 > 政策", "一、目标")]
    [True, True, False]
    """
    text = block.text.strip()
    if block.size > 200:
        return False
    if (
        _FOOTER.search(text)
        or _PLACE.match(text)
        or _NEIGHBOUR.match(text)
        or _RELATED.match(text)
        or _POINTER.match(text)
    ):
        return True
    if _MARK_ONLY.match(text):
        return True
    return bool((_BUTTON_WORD.search(text) and _BUTTON.match(text)) or _ATTRIBUTES.match(text))


def is_related_heading(block: Block) -> bool:
    """Whether a line announces links to other pages."""
    return block.size <= 12 and bool(_RELATED.match(block.text.strip()))


def is_attachment_heading(block: Block) -> bool:
    """Whether a line announces the files that belong to the article.

    >>> [is_attachment_heading(Block(text, 4, 0, False, 0)) for text in ("相关附件：", "相关新闻")]
    [True, False]
    """
    return bool(_FILES.match(block.text.strip()))


def is_linked(block: Block) -> bool:
    """Whether a line is a link to another page, a date beside it allowed."""
    return block.links * 10 >= block.size * 6 and not block.has_file


def has_doc_number(text: str) -> bool:
    """Whether a 文号 is in a text."""
    return bool(_DOC_NUMBER.search(text))
