"""Signs set in a symbol font, as the plain characters a reader takes them for."""

from __future__ import annotations

_PRIVATE = range(0xF000, 0xF100)  # where Word keeps the 256 places of a symbol font
_UNKNOWN = "·"
_WINGDINGS = {
    0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0x73: "◆", 0x74: "◆", 0x75: "◆",
    0x76: "❖", 0x77: "◆", 0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA7: "■", 0xA8: "□", 0xAB: "★", 0xB2: "◆", 0xD8: "➢",
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑",
} | {0x81 + n: sign for n, sign in enumerate("①②③④⑤⑥⑦⑧⑨⑩")} | {
    0x8C + n: sign for n, sign in enumerate("❶❷❸❹❺❻❼❽❾❿")
}  # fmt: skip
_WINGDINGS_2 = {0x52: "☑", 0x50: "√", 0x4F: "×", 0x51: "☒", 0x2A: "□", 0xA3: "□", 0x9E: "·"} | {
    0x6A + n: sign for n, sign in enumerate("①②③④⑤⑥⑦⑧⑨⑩")
}
_SYMBOL = {
    0xB7: "•", 0xB1: "±", 0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0xB9: "≠", 0xB0: "°", 0xA5: "∞", 0xAE: "→", 0x2D: "-",
    0x61: "α", 0x62: "β", 0x67: "γ", 0x6D: "μ",
}  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


def plain(text: str, font: str = "") -> str:
    """Text in which the places of a symbol font are plain signs, "·" where we do not know the sign.

    Word writes such a place as U+F000 to U+F0FF; with another font's name the sign cannot be known.

    >>> plain("\\uf06c", "Wingdings"), plain("\\uf06c"), plain("支持")
    ('●', '·', '支持')
    """
    if not any(ord(char) in _PRIVATE for char in text):
        return text
    signs = _FONTS.get(font.lower(), {})
    return "".join(
        signs.get(ord(char) - 0xF000, _UNKNOWN) if ord(char) in _PRIVATE else char for char in text
    )


def symbol(code: str, font: str) -> str:
    """The sign of a ``w:sym``, whose code is hexadecimal; "" where it is none.

    >>> symbol("F0FE", "Wingdings"), symbol("2460", "宋体"), symbol("6C", "Wingdings"), symbol("?", "Wingdings")
    ('☑', '①', '●', '')
    """
    try:
        place = int(code, 16)
        char = chr(0xF000 + place if place < 0x100 and font.lower() in _FONTS else place)
    except (ValueError, OverflowError):
        return ""
    return plain(char, font) if char.isprintable() or ord(char) in _PRIVATE else ""
