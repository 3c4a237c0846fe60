"""The page that explains the REST door, made from its OpenAPI; it loads nothing from anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse

_PAGE = Path(__file__).with_name("docs.html")
_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "true/false",
    "array": "列表",
    "object": "对象",
    "null": "null",
}
_OR_NULL = "或null"
Json = Mapping[str, Any]
Field = tuple[str, str, str]
"""Of a table: name as HTML, type, meaning as HTML."""


def docs_page(app: FastAPI, needs_key: bool) -> APIRouter:
    """``GET /docs``.

    Args:
        app: the app to explain.
        needs_key: whether the examples show a key.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(
            page_html(
                app.openapi(), str(request.url).partition("?")[0].rstrip("/").removesuffix("/docs"), needs_key
            )
        )

    return routes


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of an OpenAPI."""

    path: str
    method: str
    told: Json

    @property
    def anchor(self) -> str:
        """Its name on the page."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.method}{self.path}").strip("-")

    @property
    def body(self) -> Json:
        """The schema of what is sent, empty where nothing is."""
        content = self.told.get("requestBody", {}).get("content", {})
        schema: Json = content.get("application/json", {}).get("schema", {})
        return schema


def page_html(spec: Json, address: str, needs_key: bool = False) -> str:
    """The whole page.

    Args:
        spec: the OpenAPI.
        address: what its paths stand behind, for the examples.
        needs_key: whether the examples show a key.
    """
    calls = [
        Call(path, method, told)
        for path, methods in spec["paths"].items()
        for method, told in methods.items()
    ]
    sections = [f'<section class="lead">{_prose(spec["info"]["description"])}</section>']
    by_tag: dict[str, list[str]] = {}
    for call in calls:
        key = "密钥" if needs_key and "security" in call.told else ""
        sections.append(_section(spec, call, curl(spec, call, address, key)))
        line = f'<li><a href="#{call.anchor}">{escape(call.told["summary"])}</a></li>'
        by_tag.setdefault(call.told["tags"][0], []).append(line)
    index = "".join(f"<b>{escape(tag)}</b><ul>{''.join(lines)}</ul>" for tag, lines in by_tag.items())
    return Template(_PAGE.read_text("utf-8")).substitute(
        title=escape(spec["info"]["title"]),
        version=escape(spec["info"]["version"]),
        index=index,
        sections="".join(sections),
    )


def _section(spec: Json, call: Call, example: str) -> str:
    parts = [
        f'<section id="{call.anchor}"><h2>{escape(call.told["summary"])}</h2>',
        f'<div class="call"><span class="verb {call.method}">{call.method.upper()}</span>',
        f"<code>/api{escape(call.path)}</code></div>{_prose(call.told.get('description', ''))}",
    ]
    if fields := [*_parameters(spec, call), *_fields(spec, call.body)]:
        parts.append(f"<h3>参数</h3>{_table(fields)}")
    parts.append(f"<h3>示例</h3>{_sample(example)}")
    answer = call.told["responses"]["200"]["content"]["application/json"]["schema"]
    parts.append(f"<details><summary>返回的内容</summary>{_table([*_fields(spec, answer)])}</details>")
    failures = "".join(
        f"<tr><td><code>{status}</code></td><td>{escape(response['description'])}</td></tr>"
        for status, response in call.told["responses"].items()
        if status != "200"
    )
    if failures:
        parts.append(
            f'<details><summary>失败时</summary><div class="wide"><table>{failures}</table></div></details>'
        )
    return "".join((*parts, "</section>"))


def curl(spec: Json, call: Call, address: str, key: str = "") -> str:
    """A line to paste into a terminal.

    >>> asks = {"name": "q", "in": "query", "required": True, "schema": {}, "examples": ["补贴"]}
    >>> print(curl({}, Call("/v1/search", "get", {"parameters": [asks]}), "http://h/api", "密钥"))
    curl -G 'http://h/api/v1/search' \\
      -H 'Authorization: Bearer 密钥' \\
      --data-urlencode 'q=补贴'
    """
    path, lines, queries = call.path, list[str](), list[str]()
    if key:
        lines.append(f"-H {_shell(f'Authorization: Bearer {key}')}")
    for each in call.told.get("parameters", ()):
        name, value = each["name"], str(_example(each))
        if each["in"] == "path":
            path = path.replace(f"{{{name}}}", quote(value))
        elif each.get("required"):
            queries.append(f"--data-urlencode {_shell(f'{name}={value}')}")
    if call.body:
        examples = {name: _example(field) for name, field in _resolved(spec, call.body)["properties"].items()}
        sent = {name: value for name, value in examples.items() if value != ""}
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {_shell(json.dumps(sent, ensure_ascii=False))}")
    flag = " -G" if queries else ""
    return " \\\n  ".join((f"curl{flag} {_shell(address + path)}", *lines, *queries))


def _example(each: Json) -> Any:
    schema = each.get("schema", {})
    for examples in (each.get("examples"), schema.get("examples")):
        if examples:
            return examples[0]
    return ""


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _resolved(spec: Json, schema: Json) -> Json:
    while "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _parameters(spec: Json, call: Call) -> Iterator[Field]:
    for each in call.told.get("parameters", ()):
        schema = each["schema"]
        said = each.get("description") or schema.get("description", "")
        kind = _type(spec, schema).removesuffix(_OR_NULL)
        yield _name(each["name"], each.get("required", False)), kind, _meaning(said, schema)


def _fields(spec: Json, schema: Json, before: str = "") -> Iterator[Field]:
    """The fields of an object, those of what one holds after it."""
    whole = _resolved(spec, schema)
    sent = whole.get("additionalProperties") is False  # what is given back is always there
    for name, field in whole.get("properties", {}).items():
        inner = _resolved(spec, _held(field))
        said = field.get("description") or inner.get("description", "")
        kind = _type(spec, field)
        yield (
            _name(f"{before}{name}", sent and name in whole.get("required", ())),
            kind.removesuffix(_OR_NULL) if sent else kind,
            _meaning(said, field),
        )
        if inner.get("properties"):
            dots = "[]." if kind.startswith(_TYPES["array"]) else "."
            yield from _fields(spec, inner, f"{before}{name}{dots}")


def _held(schema: Json) -> Json:
    """What an optional value or a list holds."""
    for each in schema.get("anyOf", ()):
        if each.get("type") != "null":
            return _held(each)
    return _held(schema["items"]) if schema.get("type") == "array" and "items" in schema else schema


def _type(spec: Json, schema: Json) -> str:
    if "anyOf" in schema:
        return "或".join(dict.fromkeys(_type(spec, each) for each in schema["anyOf"]))
    whole = _resolved(spec, schema)
    if "enum" in whole:
        return " / ".join(map(str, whole["enum"]))
    return "日期" if whole.get("format") == "date" else _TYPES.get(whole.get("type", ""), "")


def _name(name: str, required: bool) -> str:
    return f"<code>{escape(name)}</code>" + ('<span class="must">必填</span>' if required else "")


def _meaning(said: str, schema: Json) -> str:
    default = schema.get("default")
    told = f"；默认 {default}" if default not in (None, "", [], {}, False) else ""
    bounds = [f"{schema[key]}" for key in ("minimum", "maximum") if key in schema]
    between = f"（{' 到 '.join(bounds)}）" if len(bounds) == 2 else ""
    return _inline(f"{said}{between}{told}")


def _table(fields: list[Field]) -> str:
    rows = "".join(
        f"<tr><td>{name}</td><td>{escape(kind)}</td><td>{said}</td></tr>" for name, kind, said in fields
    )
    return f'<div class="wide"><table><tr><th>名称</th><th>类型</th><th>说明</th></tr>{rows}</table></div>'


def _sample(text: str) -> str:
    return (
        f'<div class="sample"><pre tabindex="0">{escape(text)}</pre><button type="button">复制</button></div>'
    )


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.strip().split("\n\n") if part)


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
