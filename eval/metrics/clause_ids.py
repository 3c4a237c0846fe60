"""Clause ids as keys: a QA set typed with other brackets or spaces means the same clause."""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = str.maketrans("[]【】", "〔〕〔〕")


def clause_key(clause_id: str) -> str:
    """One spelling of a clause id.

    >>> clause_key("鲁科字[2024] 137号 三/(一)") == clause_key("鲁科字〔2024〕137号 三/（一）")
    True
    >>> clause_key("鲁科字〔2024〕137号 三/（一）") == clause_key("鲁科字〔2024〕137号 三")
    False
    """
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", clause_id)).translate(_BRACKETS)
