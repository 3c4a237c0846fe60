"""A value of a list counter as Word prints it: the number formats of ISO/IEC 29500-1, 17.18.59 (ST_NumberFormat).

Where the standard leaves a format open beyond its signs (甲 to 癸, ① to ⑳), the value is printed in Arabic digits.
"""

from __future__ import annotations

_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "M CM D CD C XC L XL X IX V IV I".split(),
        strict=True,
    )
)
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_SIGNS = {
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
    "ideographEnclosedCircle": "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
}
_COUNTED = (
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "koreanCounting",
)
_SPELLED = ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital2")
_LEGAL = ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal", "koreanLegal")
_TRADITIONAL = str.maketrans("贰叁陆万", "貳參陸萬")


def number_text(value: int, style: str) -> str | None:
    """A counter's value in a number format; None for a format we do not know.

    >>> [number_text(12, style) for style in ("chineseCounting", "upperRoman", "decimalEnclosedCircle", "none")]
    ['十二', 'XII', '⑫', '']
    >>> number_text(28, "lowerLetter"), number_text(11, "ideographTraditional"), number_text(1, "hebrew1")
    ('bb', '11', None)
    """
    if style in ("none", "bullet"):
        return ""
    if not 0 <= value <= 9999:  # no list is that long: a made-up start value
        return str(value)
    if style in _SIGNS:
        return _SIGNS[style][value - 1] if 1 <= value <= len(_SIGNS[style]) else str(value)
    return _digits(value, style) or _letters(value, style) or _han(value, style)


def _digits(value: int, style: str) -> str | None:
    if style in ("decimal", "decimalHalfWidth"):
        return str(value)
    if style in ("decimalFullWidth", "decimalFullWidth2"):
        return str(value).translate(_FULL_WIDTH)
    if style == "decimalZero":
        return f"{value:02}"
    return f"- {value} -" if style == "numberInDash" else None


def _letters(value: int, style: str) -> str | None:
    kind = style.removeprefix("upper").removeprefix("lower")
    if kind not in ("Roman", "Letter") or not value:
        return str(value) if kind in ("Roman", "Letter") else None
    if kind == "Letter":  # a … z, aa, bb … zz
        text = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
    else:
        text = ""
        for worth, letters in _ROMAN:
            text += letters * (value // worth)
            value %= worth
    return text if style.startswith("upper") else text.lower()


def _han(value: int, style: str) -> str | None:
    if style in _SPELLED:
        return str(value).translate(_DIGITS)
    if style == "ideographZodiacTraditional":
        return _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12]
    if style not in (*_COUNTED, *_LEGAL, "japaneseCounting"):
        return None
    import cn2an

    if style in _LEGAL:
        text: str = cn2an.an2cn(value, "up")
        return text if style == "chineseLegalSimplified" else text.translate(_TRADITIONAL)
    text = cn2an.an2cn(value, "low")
    text = text.removeprefix("一") if 10 <= value < 20 else text
    if style == "japaneseCounting":  # 百一, where Chinese counts 一百零一
        text = text.replace("零", "") if value else text
        for unit in "十百千":
            text = text.replace(f"一{unit}", unit)
    return text
