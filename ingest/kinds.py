"""What an unnumbered paragraph is: a part of the page as GB/T 9704-2012 §7 names them."""

from __future__ import annotations

import re

from corpus import NodeKind
from ingest.organs import is_organ_line, read_date

_TITLE = re.compile(
    r"""
      ^[^，。；！？：:]{2,90}
      (?:通知|意见|办法|措施|方案|计划|规划|规定|细则|条例|公告|通告|决定|纲要|政策|指南|指引|规则|规程|章程|批复|要点|清单
        |命令|纪要|任务|规范|预案)
      (?:（[^（）]*）)?$
    """,
    re.VERBOSE,
)
_NUMBER_LINE = re.compile(
    r"^（?(?:(?:发文字号|文号)[：:])?[一-鿿]{1,14}〔(?:19|20)\d\d〕第?\d+号）?(?:签发人[：:].*)?$"
)
_HEADER_WORD = re.compile(r"^(?:文\s*件|[一-鿿]{2,40}文件)$")
_PRINTED = re.compile(
    r"""
      ^(?:抄送[：:].* | .*印发 | （?此件.*公开.*）? | 主办[：:].* | （?信息公开.*）? | （[一-鿿]{2,30}代章）
        | （?公开(?:方式|选项|属性|类别|形式)[：:][^，。；]{2,16}           # 公开方式：主动公开
      )$
    """,
    re.VERBOSE,
)
_ATTACHMENT = re.compile(r"^附\s*件\s*(?P<number>[\d一二三四五六七八九十]{0,3})(?:[：:](?P<title>.*))?$")
_CONTENTS = re.compile(r"^目\s*录$")


def is_title(text: str) -> bool:
    """Whether a whole paragraph reads as the title of a document.

    >>> is_title("关于支持产业高质量发展的若干措施"), is_title("行动计划（2025—2027年）")
    (True, True)
    >>> is_title("按照规定，执行本办法"), is_title("通知")
    (False, False)
    """
    return bool(_TITLE.match(text))


def is_contents(text: str) -> bool:
    """Whether a paragraph is the heading of a table of contents.

    >>> is_contents("目录"), is_contents("目录清单")
    (True, False)
    """
    return bool(_CONTENTS.match(text))


def unnumbered_kind(text: str) -> NodeKind:
    """The kind of an unnumbered paragraph outside the clauses.

    >>> [str(unnumbered_kind(t)) for t in ("鲁科字〔2024〕137号", "山东省财政厅", "2024年12月6日印发", "各市人民政府：")]
    ['header', 'signature', 'signature', 'body']
    """
    if _NUMBER_LINE.match(text) or _HEADER_WORD.match(text):
        return NodeKind.HEADER
    if is_organ_line(text) or is_date_line(text) or _PRINTED.match(text):
        return NodeKind.SIGNATURE
    return NodeKind.TITLE if is_title(text) else NodeKind.BODY


def is_date_line(text: str) -> bool:
    """Whether a paragraph is a date and little more.

    >>> is_date_line("（2025年5月6日）"), is_date_line("自2025年5月6日起施行，有效期5年")
    (True, False)
    """
    return len(text) <= 16 and read_date(text) is not None


def attachment_name(text: str) -> str | None:
    """The name of the attachment a paragraph announces, e.g. 附件2; None if it announces none.

    >>> attachment_name("附件：1.申报表"), attachment_name("附 件 2"), attachment_name("附件材料齐全")
    ('附件', '附件2', None)
    """
    found = _ATTACHMENT.match(text)
    return f"附件{found['number']}" if found else None


def attachment_title(text: str) -> str:
    """What follows 附件N： in the same paragraph, "" if nothing does.

    >>> attachment_title("附件2：申报指南")
    '申报指南'
    """
    found = _ATTACHMENT.match(text)
    return (found["title"] or "").strip() if found else ""
