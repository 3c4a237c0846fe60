"""``python -m eval.parse_speed``: how the time to parse a text grows with its length, on one core."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time

from corpus import PolicyKBError
from eval.segmentation.made_text import Shape, made_text

_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
_LEAST_SECONDS = 0.05
_JIEBA_CHARACTERS = 300_000
_SENTENCES = re.compile(r"[^。；]*[。；]?")


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of processor time that one text took.

    Attributes:
        shape: how its paragraphs follow each other.
        size: its length in bytes of UTF-8.
        seconds: for our parser, best of several runs where one is short.
        plain: seconds to cut the same text into sentences with a regular expression.
        jieba: seconds in which jieba would cut it into words, measured on the beginning of a long text.
    """

    shape: Shape
    size: int
    seconds: float
    plain: float
    jieba: float

    @property
    def rate(self) -> float:
        """Megabytes a second."""
        return self.size / 1e6 / self.seconds


def growth(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Exponent with which time grows with size: the slope of the line through the logarithms, by least squares.

    >>> round(growth([10, 100, 1000], [1, 10, 100]), 3), round(growth([10, 100], [1, 100]), 3)
    (1.0, 2.0)
    >>> growth([10], [1])
    Traceback (most recent call last):
    ...
    ValueError: growth needs two sizes at least
    """
    if len(set(sizes)) < 2:
        raise ValueError("growth needs two sizes at least")
    across = [math.log(size) for size in sizes]
    up = [math.log(second) for second in seconds]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    spread = sum((x - middle) ** 2 for x in across)
    return sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True)) / spread


def measure(size: int, shape: Shape, seed: int = 0) -> Speed:
    """Parse one made text and time what it is compared with.

    Raises:
        PolicyKBError: our parser refuses the text.
    """
    import jieba

    from ingest import parse_text

    jieba.setLogLevel("ERROR")
    jieba.initialize()
    text = made_text(size, shape, seed)
    beginning = text[:_JIEBA_CHARACTERS]
    share = len(text) / len(beginning)
    return Speed(
        shape,
        len(text.encode()),
        seconds=_timed(lambda: parse_text(text, "生成文本.txt")),
        plain=_timed(lambda: _SENTENCES.findall(text)),
        jieba=_timed(lambda: sum(1 for _ in jieba.cut(beginning))) * share,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code: 0, or 1 if a text is refused."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.parse_speed", description="用生成的政策文本测量解析速度及其随长度的增长。"
    )
    parser.add_argument(
        "--sizes", type=_size, nargs="+", default=_SIZES, help="文本的字节数，默认 10000 至 10000000"
    )
    parser.add_argument("--seed", type=int, default=0, help="随机种子，默认 0")
    parser.add_argument("--limit", type=float, default=300.0, help="预计超过这么多秒的长度不测，默认 300")
    given = parser.parse_args(argv)
    try:
        for shape in Shape:
            _show(shape, _measured(shape, sorted(given.sizes), given.seed, given.limit))
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _size(given: str) -> int:
    size = int(given)
    if size < 1:
        raise argparse.ArgumentTypeError("长度应为正整数")
    return size


def _measured(shape: Shape, sizes: Sequence[int], seed: int, limit: float) -> list[Speed]:
    speeds: list[Speed] = []
    for size in sizes:
        if speeds and _expected(speeds, size) > limit:
            sys.stderr.write(f"{shape.value} {size} 字节：预计超过 {limit:g} 秒，跳过；可用 --limit 放宽。\n")
            break
        speeds.append(measure(size, shape, seed))
    return speeds


def _expected(speeds: Sequence[Speed], size: int) -> float:
    """Seconds a longer text will take if growth goes on as in the last step, linear where there was only one."""
    last = speeds[-1]
    steps = [(one.size, one.seconds) for one in speeds[-2:]]
    exponent = growth(*zip(*steps, strict=True)) if len(steps) > 1 else 1.0
    return float(last.seconds * (size / last.size) ** exponent)


def _timed(work: Callable[[], object]) -> float:
    """Processor seconds of one run; the least of up to five while they are too short to be trusted."""
    best = math.inf
    for _ in range(5):
        begin = process_time()
        work()
        best = min(best, process_time() - begin)
        if best > _LEAST_SECONDS:
            break
    return max(best, 1e-6)


def _show(shape: Shape, speeds: Sequence[Speed]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"解析速度：{shape.value}")
    for column in ("字节", "秒", "MB/秒", "为分句正则的几倍时间", "为 jieba 分词的几倍时间"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in speeds:
        table.add_row(
            f"{one.size:,}",
            f"{one.seconds:.3f}",
            f"{one.rate:.2f}",
            f"{one.seconds / one.plain:.1f}",
            f"{one.seconds / one.jieba:.2f}",
        )
    console = Console()
    console.print(table)
    if len(speeds) > 1:
        exponent = growth([one.size for one in speeds], [one.seconds for one in speeds])
        console.print(f"{shape.value}：时间约随长度的 {exponent:.2f} 次方增长", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
