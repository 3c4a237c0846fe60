"""Which lines of a page are the policy.

trafilatura was measured and not used: on pages of 广州市 it kept the list of departments of half of them and lost a
third of one with tables; what it keeps it retypes. So the box is found that holds all prose, and kept as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from ingest.formats.html_chrome import (
    has_doc_number,
    is_attachment_heading,
    is_chrome_box,
    is_chrome_line,
    is_header_box,
    is_linked,
    is_related_heading,
)
from ingest.formats.html_page import Block, Page

_SECTIONS = frozenset(
    "html body main article section div center form fieldset table tbody tr td dl dd ul blockquote header".split()
)
_SENTENCE = re.compile(r"[。；！？;]|[：:，]$")
_MIN_PROSE = 12  # characters of a line that counts as prose
_NOISE_ALLOWED = (
    60  # characters of prose a page may have apart from the article: a warning, a notice of the site
)
_REACH = 14  # lines before and behind the article in which what belongs to it is looked for
_MIN_COPY = 100  # characters of prose that are not said twice by chance
_LIST_OF_LINKS = 3  # so many links in a row are a list of other pages
_HEAD_OF_BOX = 400  # characters in which a document number saves a header
_DATE = re.compile(
    r"^\s*(?:19|20|二[〇○零Ｏ])[\d〇○零Ｏ一二三四五六七八九]{2}\s*年.{1,4}月.{1,4}日\s*$"
)  # 2025年9月19日
_HEADNOTE = re.compile(r"^[（(].{0,60}(?:通过|发布|公布|修订|修正|施行)")  # （2021年7月27日某令第1号公布）
_ADDRESSEES = re.compile(r"^各[^。；]{2,150}[：:]$")  # 各区人民政府，市政府各部门：
_COLON = re.compile(r"[：:]")
_MAX_NUMBER = 40  # characters of a line that is a document number
_BELONGS_BEHIND = re.compile(r"^\s*(?:附\s*件|附[：:]|抄\s*送|（此件|\(此件|主动公开|公开方式)")


@dataclass(frozen=True, slots=True)
class Article:
    """The lines of a page that are the policy.

    Attributes:
        lines: indexes of the blocks, ascending.
        first: index of the first block of the box that holds the prose.
        has_prose: whether there is any prose on the page.
    """

    lines: tuple[int, ...]
    first: int
    has_prose: bool


def find_article(page: Page, tables: dict[int, int], labels: frozenset[int]) -> Article:
    """The lines of the article.

    Args:
        page: the page.
        tables: data tables, as from ``data_tables``.
        labels: blocks of the box of metadata, which are no prose.
    """
    chrome = _chrome(page)
    noise = [
        chrome[at] or is_chrome_line(block) or (is_linked(block) and not _belongs(block))
        for at, block in enumerate(page.blocks)
    ]
    weights = _weights(page, tables, [noisy or at in labels for at, noisy in enumerate(noise)])
    has_prose = any(weights)
    if not has_prose:
        weights = [
            0 if chrome[at] or is_chrome_line(block) else block.size for at, block in enumerate(page.blocks)
        ]
    finder = _Finder(page, weights, noise)
    copies = _copies(page, finder.innermost(tables), weights)
    if copies:
        for at in copies:
            weights[at], noise[at], chrome[at] = 0, True, True
        finder = _Finder(page, weights, noise)
    box = page.boxes[finder.widened(finder.innermost(tables))]
    first, last = box.first, box.last
    inner = [at for at in range(first, last) if weights[at]] if has_prose else []
    kept = [
        *_before(page.blocks, first, noise),
        *_inside(page.blocks, range(first, last), inner, chrome),
        *_behind(page.blocks, last, noise),
    ]
    return Article(tuple(at for at in kept if at not in labels), first, has_prose)


def _copies(page: Page, box: int, weights: list[int]) -> list[int]:
    """Lines of boxes in a box that say the same as one before: the page once more, for telephones."""
    seen: set[str] = set()
    lines: list[int] = []
    for child in page.children(box):
        reach = range(page.boxes[child].first, page.boxes[child].last)
        if sum(weights[at] for at in reach) < _MIN_COPY:
            continue
        text = "".join("".join(page.blocks[at].text.split()) for at in reach)
        if text in seen:
            lines += reach
        seen.add(text)
    return lines


def _chrome(page: Page) -> list[bool]:
    """For each line whether a box around it is named as one of the page's own, unless that holds most of the page."""
    boxes, blocks = page.boxes, page.blocks
    sizes = [0, *accumulate(block.size - block.links for block in blocks)]
    headings = [box.first for box in boxes if box.tag in ("h1", "h2")]
    flags = [False] * len(boxes)
    for at, box in enumerate(boxes):
        if box.first == box.last:
            continue
        if box.parent >= 0 and flags[box.parent]:
            flags[at] = True
        elif (sizes[box.last] - sizes[box.first]) * 2 <= sizes[-1]:
            has_heading = bisect_left(headings, box.first) < bisect_left(headings, box.last)
            flags[at] = is_chrome_box(box) or (
                is_header_box(box)
                and not has_heading
                and not has_doc_number(_head(blocks, box.first, box.last))
            )
    return [flags[block.box] for block in blocks]


def _head(blocks: list[Block], first: int, last: int) -> str:
    """The first characters of a few lines."""
    return "".join(block.text[:_HEAD_OF_BOX] for block in blocks[first : min(last, first + 6)])


def _weights(page: Page, tables: dict[int, int], noise: list[bool]) -> list[int]:
    """For each line how much prose it is: characters of sentences, and of the cells of data tables."""
    weights = []
    data = set(tables.values())
    for at, block in enumerate(page.blocks):
        is_cell = page.boxes[block.box].table in data and page.boxes[block.box].cell >= 0
        is_prose = block.size >= _MIN_PROSE and _SENTENCE.search(block.text) and block.links * 2 <= block.size
        weights.append(block.size if not noise[at] and (is_prose or is_cell) else 0)
    return weights


class _Finder:
    """Finds the box of the article: down while all prose is in one box, then up while nothing of the page is added."""

    def __init__(self, page: Page, weights: list[int], noise: list[bool]) -> None:
        self._page = page
        self._sums = [0, *accumulate(weights)]
        self._noises = [0, *accumulate(map(int, noise))]
        self._prose = [at for at, weight in enumerate(weights) if weight]
        self._tolerance = max(_NOISE_ALLOWED, self._sums[-1] // 100)

    def innermost(self, tables: dict[int, int]) -> int:
        """The smallest box that holds all prose, a data table never being one."""
        data = set(tables.values())
        at = 0
        while True:
            inner = max(self._page.children(at), key=self._weight, default=-1)
            if inner < 0 or not self._weight(inner) or not self._holds_all(inner, at):
                return at
            if self._page.boxes[inner].tag not in _SECTIONS or inner in data:
                return at
            at = inner

    def widened(self, at: int) -> int:
        """The largest box around a box with no line of the page's own beside it."""
        while (outer := self._page.boxes[at].parent) >= 0 and self._adds_no_noise(at, outer):
            at = outer
        return at

    def _weight(self, box: int) -> int:
        found = self._page.boxes[box]
        return self._sums[found.last] - self._sums[found.first]

    def _holds_all(self, inner: int, outer: int) -> bool:
        """Whether the prose of a box is in one box inside it, but for a little that stands apart."""
        if self._weight(inner) == self._weight(outer):
            return True
        if self._sums[-1] - self._weight(inner) > self._tolerance:
            return False
        around, box = self._page.boxes[outer], self._page.boxes[inner]
        before = bisect_left(self._prose, box.first) - 1
        behind = bisect_left(self._prose, box.last)
        is_near_before = (
            before >= 0
            and self._prose[before] >= around.first
            and not self._has_noise(self._prose[before], box.first)
        )
        is_near_behind = (
            behind < len(self._prose)
            and self._prose[behind] < around.last
            and not self._has_noise(box.last, self._prose[behind])
        )
        return not is_near_before and not is_near_behind

    def _adds_no_noise(self, inner: int, outer: int) -> bool:
        box, around = self._page.boxes[inner], self._page.boxes[outer]
        return not self._has_noise(around.first, box.first) and not self._has_noise(box.last, around.last)

    def _has_noise(self, first: int, last: int) -> bool:
        return self._noises[last] > self._noises[first]


def _before(blocks: list[Block], first: int, noise: list[bool]) -> list[int]:
    """Lines shortly before the box that belong to the article: 文号, 题注, and 主送机关 if nothing stands between."""
    found: list[int] = []
    is_next = True
    for at in range(first - 1, max(0, first - _REACH) - 1, -1):
        text = blocks[at].text.strip()
        is_next = is_next and not noise[at]
        is_number = has_doc_number(text) and blocks[at].size <= _MAX_NUMBER and not _COLON.search(text)
        if not noise[at] and (is_number or _HEADNOTE.match(text) or (is_next and _ADDRESSEES.match(text))):
            found.insert(0, at)
    return found


def _behind(blocks: list[Block], last: int, noise: list[bool]) -> list[int]:
    """Lines shortly behind the box that belong to the article: 落款, 附件, 抄送."""
    end = last
    for at in range(last, min(len(blocks), last + _REACH)):
        block = blocks[at]
        if noise[at] and not is_attachment_heading(block):
            break
        if block.has_file or _DATE.match(block.text) or _BELONGS_BEHIND.match(block.text):
            end = at + 1
    return list(range(last, end))


def _inside(blocks: list[Block], reach: range, prose: list[int], chrome: list[bool]) -> list[int]:
    """Lines of the box, without what the page put before, behind and into the article.

    Args:
        blocks: lines of the page.
        reach: the lines of the box.
        prose: those that are prose; if there is none, lists of links are all there is, and stay.
        chrome: for each line of the page whether it is in a box of the page's own.
    """
    dropped = {at for at in reach if chrome[at]}
    edges = [at for at in reach if not prose or not prose[0] <= at <= prose[-1]]
    dropped.update(at for at in edges if is_chrome_line(blocks[at]))
    if prose:
        dropped.update(_lists_of_links(blocks, edges))
    return [at for at in reach if at not in dropped]


def _lists_of_links(blocks: list[Block], reach: list[int]) -> list[int]:
    """Runs of links to other pages; a heading that announces them makes one enough."""
    dropped: list[int] = []
    run: list[int] = []
    announced = False
    for at in [*reach, -1]:
        if at >= 0 and is_linked(blocks[at]) and not _belongs(blocks[at]):
            run.append(at)
            continue
        if announced or len(run) >= _LIST_OF_LINKS:
            dropped += run
        run = []
        announced = at >= 0 and is_related_heading(blocks[at])
    return dropped


def _belongs(block: Block) -> bool:
    """Whether a link is one of the article: the name of its attachment."""
    return bool(_BELONGS_BEHIND.match(block.text))
