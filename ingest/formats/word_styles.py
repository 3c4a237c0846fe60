"""Which list and level a paragraph is of: its own setting, else its style's, else that of the style's ancestors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.formats.ooxml import Element, W
from ingest.formats.word_numbering import NumberedList, as_int

_OFF = "0"


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says of numbering; "" where it says nothing."""

    based_on: str
    list_id: str
    level: str


@dataclass(frozen=True, slots=True)
class Styles:
    """The paragraph and numbering styles of a document by their ids.

    Attributes:
        by_id: styles.
        usual: id of the style of paragraphs that name none.
    """

    by_id: Mapping[str, Style]
    usual: str

    def chain(self, style: str) -> Iterator[tuple[str, Style]]:
        """A style and those it is based on, nearest first."""
        seen = set[str]()
        style = style if style in self.by_id else self.usual
        while style in self.by_id and style not in seen:
            seen.add(style)
            yield style, self.by_id[style]
            style = self.by_id[style].based_on

    def list_of(self, style: str) -> str:
        """The list a style is numbered by, "" for none."""
        return next((one.list_id for _, one in self.chain(style) if one.list_id), "")


def read_styles(root: Element | None) -> Styles:
    """The styles of a styles part; none where the document has no such part."""
    by_id, usual = {}, ""
    for element in () if root is None else root.findall(f"{W}style"):
        based_on = element.find(f"{W}basedOn")
        list_id, level = _numbering(element.find(f"{W}pPr"))
        name = element.get(f"{W}styleId", "")
        by_id[name] = Style("" if based_on is None else based_on.get(f"{W}val", ""), list_id, level)
        if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in ("1", "true", "on"):
            usual = name
    return Styles(by_id, usual)


def list_and_level(
    paragraph: Element, styles: Styles, lists: Mapping[str, NumberedList]
) -> tuple[str, int] | None:
    """The list and level of a paragraph (w:p), None for an unnumbered one."""
    properties = paragraph.find(f"{W}pPr")
    own_list, own_level = _numbering(properties)
    named = None if properties is None else properties.find(f"{W}pStyle")
    style = styles.usual if named is None else named.get(f"{W}val", "")
    list_id = own_list or styles.list_of(style)
    if list_id in ("", _OFF) or list_id not in lists:
        return None
    if own_level:
        return list_id, as_int(own_level, 0)
    if own_list:
        return list_id, 0
    for name, one in styles.chain(style):
        if (tied := lists[list_id].level_of(name)) is not None:
            return list_id, tied
        if one.level:
            return list_id, as_int(one.level, 0)
    return list_id, 0


def _numbering(properties: Element | None) -> tuple[str, str]:
    """List and level that paragraph properties (w:pPr) name themselves, "" where they do not."""
    numbering = None if properties is None else properties.find(f"{W}numPr")
    if numbering is None:
        return "", ""
    values = [numbering.find(f"{W}{tag}") for tag in ("numId", "ilvl")]
    list_id, level = ("" if value is None else str(value.get(f"{W}val", "")) for value in values)
    return list_id, level
