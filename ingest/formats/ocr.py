"""Pictures of pages to pieces of text, by the PP-OCR models that RapidOCR brings along (nothing is downloaded)."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

from ingest.formats.page_pieces import Page, Piece, ems

DPI = 170  # of a PDF page: as sure as 200 at two thirds of the time, and ten points are still 24 pixels high
MAX_SIDE = 3000  # pixels, a large sheet at this resolution
PICTURE_SIDE = 2000  # of a picture whose resolution is not known: a sheet of A4 at 170 dpi
_SURE = 0.8  # lines below are named in a warning
_LEGIBLE = 0.5  # lines below are noise (stamps, dirt) more often than text
_POOR = 0.75  # a page below is tried in the other orientations
_NAMED = 10  # doubtful lines named one by one
_SHOWN = 20  # characters of them

_log = logging.getLogger(__name__)


class RecognitionFailed(Exception):
    """The engine could not work on a picture; the other pages go on."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A recognised page.

    Attributes:
        page: its lines, in pixels.
        illegible: how many lines were too unclear to give.
    """

    page: Page
    illegible: int = 0

    @property
    def confidence(self) -> float:
        """Mean over the characters, 0 without any."""
        total = sum(len(piece.text) for piece in self.page.pieces)
        return sum(piece.confidence * len(piece.text) for piece in self.page.pieces) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class _Box:
    """A line as the engine gives it: four corners from the upper left clockwise."""

    corners: tuple[tuple[float, float], ...]
    text: str
    score: float

    @property
    def width(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        return math.dist(self.corners[0], self.corners[3])


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    # whole pages are turned below; the classifier of single lines turns short ones (—6—) by mistake
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Global.max_side_len": MAX_SIDE,
        }
    )


def recognise(picture: Any, number: int) -> Recognised:
    """Read one page.

    Args:
        picture: numpy array of uint8, height x width (grey) or height x width x 3 (BGR).
        number: of the page, from 1.

    Raises:
        RecognitionFailed: the engine is missing or gave up.
    """
    try:
        turned, boxes = _upright(picture)
    except Exception as error:  # the engine promises none in particular: OpenCV's, ONNX Runtime's, its own
        _log.warning("recognition of page %d failed", number, exc_info=True)
        raise RecognitionFailed(f"{type(error).__name__}: {error}") from error
    legible = [box for box in boxes if box.score >= _LEGIBLE and box.text.strip()]
    height, width = turned
    page = Page(number, width, height, tuple(_pieces(legible)), recognised=True)
    return Recognised(page, sum(box.score < _LEGIBLE and len(box.text.strip()) > 1 for box in boxes))


def _upright(picture: Any) -> tuple[tuple[int, int], list[_Box]]:
    """Height and width of the picture turned so that it reads best, and its lines."""
    import numpy as np

    boxes = _read(picture)
    best = picture.shape[:2], boxes
    tall = sum(box.height > 1.5 * box.width for box in boxes if len(box.text) > 1)
    if not boxes or (_quality(boxes) >= _POOR and 2 * tall < len(boxes)):
        return best
    found = [best]
    for turns in (1, 3) if 2 * tall >= len(boxes) else (2,):
        turned = np.ascontiguousarray(np.rot90(picture, turns))
        found.append((turned.shape[:2], _read(turned)))
    return max(
        found, key=lambda reading: _quality(reading[1]) * math.sqrt(sum(len(box.text) for box in reading[1]))
    )


def _read(picture: Any) -> list[_Box]:
    result = _engine()(picture)
    if result.boxes is None or result.txts is None:
        return []
    return [
        _Box(tuple((float(x), float(y)) for x, y in corners), text, float(score))
        for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
    ]


def _quality(boxes: Sequence[_Box]) -> float:
    total = sum(len(box.text) for box in boxes)
    return sum(box.score * len(box.text) for box in boxes) / total if total else 0.0


def _pieces(boxes: Sequence[_Box]) -> list[Piece]:
    """Lines as upright boxes, the page's slant taken out."""
    long = [box for box in boxes if ems(box.text) >= 8]
    slant = median([_angle(box) for box in long]) if long else 0.0
    # boxes follow the ink, so the em is told by the width of long lines, and by that of short ones' height
    per_height = (
        median([box.width / ems(box.text) / box.height for box in long if box.height]) if long else 0.95
    )
    pieces = []
    for box in boxes:
        corners = [_rotated(x, y, -slant) for x, y in box.corners]
        top = (corners[0][1] + corners[1][1]) / 2
        bottom = (corners[2][1] + corners[3][1]) / 2
        size = box.width / ems(box.text) if ems(box.text) >= 8 else box.height * per_height
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        pieces.append(Piece(box.text.strip(), left, top, right, bottom, max(size, 1.0), box.score))
    return pieces


def _angle(box: _Box) -> float:
    (x0, y0), (x1, y1) = box.corners[:2]
    return math.atan2(y1 - y0, x1 - x0)


def _rotated(x: float, y: float, angle: float) -> tuple[float, float]:
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def doubts(pages: Sequence[Recognised]) -> list[str]:
    """Warnings about lines that were hard to read.

    >>> line = Piece("补助2O万元", 0, 0, 60, 10, 10, 0.62)
    >>> doubts([Recognised(Page(2, 100, 100, (line,), recognised=True), illegible=1)])
    ['第 2 页“补助2O万元”识别把握不大（0.62），请对照原件核对。', '第 2 页有 1 行太模糊，没有读出，请对照原件补录。']
    >>> doubts([])
    []
    """
    unsure = [(r.page.number, piece) for r in pages for piece in r.page.pieces if piece.confidence < _SURE]
    warnings = [
        f"第 {number} 页“{_shortened(piece.text)}”识别把握不大（{piece.confidence:.2f}），请对照原件核对。"
        for number, piece in unsure[:_NAMED]
    ]
    if len(unsure) > _NAMED:
        more = page_list([number for number, _ in unsure[_NAMED:]])
        warnings.append(f"另有 {len(unsure) - _NAMED} 行识别把握不大（第 {more} 页），请对照原件核对。")
    warnings += [
        f"第 {r.page.number} 页有 {r.illegible} 行太模糊，没有读出，请对照原件补录。"
        for r in pages
        if r.illegible
    ]
    return warnings


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def page_list(numbers: Sequence[int]) -> str:
    """Page numbers as a person writes them.

    >>> page_list([3, 4, 5, 9]), page_list([2]), page_list([])
    ('3-5、9', '2', '')
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return "、".join("-".join(map(str, run)) for run in runs)
