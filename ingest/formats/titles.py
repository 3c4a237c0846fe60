"""What a file calls itself in its properties."""

from __future__ import annotations

import re

_NO_TITLE = re.compile(
    r"Microsoft\s+Word|\.(?:docx?|wps|rtf|txt|ofd|pdf)$|^(?:Word\s*)?文档\s*\d*$", re.IGNORECASE
)
_CHINESE = re.compile(r"[一-鿿]")


def property_title(title: str) -> str:
    """A title property on one line, "" where it is the name of a program or a file, or too short to be a title.

    >>> property_title("关于支持产业\\n发展的若干措施"), property_title("Microsoft Word - 附件1的最终稿.doc")
    ('关于支持产业 发展的若干措施', '')
    >>> property_title("文档1"), property_title("draft")
    ('', '')
    """
    title = " ".join(title.split())
    return "" if _NO_TITLE.search(title) or len(_CHINESE.findall(title)) < 4 else title
