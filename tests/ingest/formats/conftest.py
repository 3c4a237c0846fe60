"""Word files made in memory from the XML of their parts."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMES = (
    f'xmlns:w="{_MAIN}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOTS = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes", "endnotes": "endnotes"}

WordFile = Callable[..., bytes]


def _relations(targets: dict[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="r{n}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{_RELATIONS}">{each}</Relationships>'


def _word_file(body: str, *, title: str = "", extra: dict[str, str] | None = None, **parts: str) -> bytes:
    """A DOCX file: ``body`` is what stands in w:body, ``parts`` what stands in the roots of other parts."""
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/_rels/document.xml.rels": _relations({kind: f"{kind}.xml" for kind in parts}),
        "word/document.xml": f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>",
        **{
            f"word/{kind}.xml": f"<w:{_ROOTS[kind]} {_NAMES}>{inside}</w:{_ROOTS[kind]}>"
            for kind, inside in parts.items()
        },
    }
    if title:
        files["_rels/.rels"] = files["_rels/.rels"].replace(
            "</Relationships>",
            '<Relationship Id="c" Target="docProps/core.xml" Type="http://schemas.openxmlformats.org/package/'
            '2006/relationships/metadata/core-properties"/></Relationships>',
        )
        files["docProps/core.xml"] = (
            f'<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></p>'
        )
    files |= extra or {}
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


@pytest.fixture(scope="session")
def word_file() -> WordFile:
    return _word_file
