"""Page headers, footers and page numbers out of the pages: what a printer or browser added to the text.

Nothing reports what goes, so only two things do: what a browser or an office program prints in the margins by its
form, and what is repeated word for word at the same place in the margins of several pages.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ingest.formats.page_pieces import Page, Piece, rows

_Row = tuple[Piece, ...]
_MARGIN = 0.16  # share of the height at the top and the bottom where furniture is looked for
_OUTER = 3  # rows from the top or the bottom
_NEAR = 3.0  # thousandths of the page's size: as far apart as repeated pieces may stand

_DASH = r"[-—–－─―‐一~·•]"
_PAGE_NUMBER = re.compile(
    rf"""
      {_DASH}{{1,3}}\s*(?P<dashed>\d{{1,4}})\s*{_DASH}{{1,3}}     # — 3 —
    | 第\s*(?P<named>\d{{1,4}})\s*页 [\s,，/（(]* (?:[共总]\s*\d{{1,4}}\s*页?)? [)）]?  # 第3页 共12页
    | (?:page|p\.)\s*(?P<english>\d{{1,4}})\s*(?:of|/)?\s*\d{{0,4}}    # Page 3 of 12
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OF_TOTAL = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})")  # 3/12
_NUMBER = re.compile(r"\d{1,4}")
_PRINTED_ON = re.compile(
    r"""
      \d{4}[/.-]\d{1,2}[/.-]\d{1,2},?\s*(?:[上下]午\s*)?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?   # 2026/7/24 15:30
    | \d{1,2}/\d{1,2}/\d{2,4},?\s*(?:[上下]午\s*)?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?         # 7/24/26, 3:30 PM
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:https?|file)://\S+|about:blank|(?:www\.)?[\w.-]+\.(?:gov|org|com|edu|net)(?:\.cn)?/\S*"
)


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Pages without page headers, footers and page numbers.

    >>> page = Page(1, 600, 800, (Piece("— 1 —", 280, 770, 320, 780, 10), Piece("总则", 90, 90, 110, 100, 10)))
    >>> [piece.text for piece in without_furniture([page])[0].pieces]
    ['总则']
    >>> without_furniture([])
    []
    """
    margins = [_margins(page) for page in pages]
    repeated = _repeated(pages, margins)
    numbered = _numbered(pages, margins)
    cleaned = []
    for page, sides in zip(pages, margins, strict=True):
        drop: list[Piece] = []
        for side in sides:
            for row in side:  # inwards, up to the first row that is text
                if not (
                    _is_printed(page, row)
                    or all(
                        _key(page, piece) in repeated
                        or (page.number, piece) in numbered
                        or _PAGE_NUMBER.fullmatch(piece.text)
                        for piece in row
                    )
                ):
                    break
                drop.extend(row)
        cleaned.append(page if not drop else replace(page, pieces=_kept(page, drop)))
    return cleaned


def _kept(page: Page, drop: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces that are not part of a row's merged piece to be dropped."""
    return tuple(piece for piece in page.pieces if not any(_within(piece, gone) for gone in drop))


def _within(piece: Piece, other: Piece) -> bool:
    middle = (piece.left + piece.right) / 2
    return other.left <= middle <= other.right and other.top - 1 <= piece.middle <= other.bottom + 1


def _margins(page: Page) -> tuple[list[_Row], list[_Row]]:
    """The outermost rows at the top and at the bottom of a page, both from its edge inwards."""
    top, bottom = page.height * _MARGIN, page.height * (1 - _MARGIN)
    upper = rows([piece for piece in page.pieces if piece.bottom < top])[:_OUTER]
    lower = rows([piece for piece in page.pieces if piece.top > bottom])[-_OUTER:]
    return upper, lower[::-1]


def _is_printed(page: Page, row: _Row) -> bool:
    """Whether a browser printed this row at the edge of the paper: date and title, or address and 3/12."""
    if page.height * 0.06 < row[0].middle < page.height * 0.94:
        return False
    if _PRINTED_ON.match(row[0].text):
        return True
    address = bool(_ADDRESS.fullmatch(row[0].text))
    return address and (len(row) == 1 or bool(_OF_TOTAL.fullmatch(row[-1].text)))


def _key(page: Page, piece: Piece) -> tuple[str, int, int]:
    """A piece by its text and place, the place in steps that a printer keeps to from page to page."""
    return (
        piece.text,
        round(piece.left / page.width * 1000 / _NEAR),
        round(piece.top / page.height * 1000 / _NEAR),
    )


def _repeated(
    pages: Sequence[Page], margins: Sequence[tuple[list[_Row], list[_Row]]]
) -> set[tuple[str, int, int]]:
    """Keys of pieces that stand word for word at the same place on a good part of the pages, or on many."""
    counts: Counter[tuple[str, int, int]] = Counter()
    for page, outer in zip(pages, margins, strict=True):
        counts.update({_key(page, piece) for side in outer for row in side for piece in row})
    needed = 2 if len(pages) <= 3 else 3
    return {key for key, count in counts.items() if count >= needed and len(key[0]) > 1}


def _numbered(
    pages: Sequence[Page], margins: Sequence[tuple[list[_Row], list[_Row]]]
) -> set[tuple[int, Piece]]:
    """Bare numbers (3, 3/12) in the outermost rows that count the pages."""
    found: defaultdict[int, list[tuple[int, Piece]]] = defaultdict(list)
    for page, outer in zip(pages, margins, strict=True):
        for row in (side[0] for side in outer if side):
            for piece in row if len(row) <= 3 else ():
                counted = _OF_TOTAL.fullmatch(piece.text) or _NUMBER.fullmatch(piece.text)
                if counted:
                    number = int(_NUMBER.findall(piece.text)[0])
                    found[number - page.number].append((page.number, piece))
    needed = max(2, len(pages) / 3)
    return {
        entry
        for entries in found.values()
        if len({page for page, _ in entries}) >= needed
        for entry in entries
    }
