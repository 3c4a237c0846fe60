"""One form for comparing texts: width, case, spaces and Roman numerals folded. Never shown to anyone."""

from __future__ import annotations

import re

from kb import tokens

_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans("“”‘’「」『』", '""\'\'""""')


def fold(text: str) -> str:
    """The index's folding, without spaces and with plain quotes; so Ⅱ期, II 期 and ii期 compare equal.

    >>> fold("Ⅱ 期（试行）"), fold("４０％")
    ('ii期(试行)', '40%')
    """
    return _SPACE.sub("", tokens.fold(text)).translate(_QUOTES)
