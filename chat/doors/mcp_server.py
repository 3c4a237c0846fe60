"""The knowledge base as an MCP server: tools and resources, errors in one Chinese line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.server.mcpserver.resources import ResourceSecurity
from mcp.types import CallToolResult, InputRequiredResult, Resource, TextContent, ToolAnnotations
from pydantic import ValidationError

from chat.backend import Backend, friendly
from chat.doors.mcp_tools import CITE, Tools
from chat.doors.problems import invalid
from chat.wording import TITLE
from corpus import NotFound

_INSTRUCTIONS = (
    "这是一个中国政策文件知识库。回答政策问题时：先用 ask 取得附引用的回答，或用 search_clauses 找条款；"
    "金额只用 calculate 或 ask 算出的结果，不要自己算；"
    "引用时照抄原文（quote、text），并写上条款的 label；"
    "status 为 not_found 时如实说明知识库里没有依据，不要用常识补充。"
)
_TOOLS = {
    "search_clauses": ("检索条款", f"检索政策条款，返回最相关的条款全文。{CITE}"),
    "get_clause": ("读一条条款", f"按编号读一条条款的全文、上下级条款、牵头和参与单位、效力状态。{CITE}"),
    "ask": (
        "问政策问题",
        "回答一个政策问题：每个说法后有 [n]，对应 citations 里的条款原文；问金额时给出测算步骤；"
        f"政策里没有的，status 为 not_found，不要自行补充。{CITE}",
    ),
    "calculate": (
        "测算补贴",
        "按一条补贴规则测算金额，列出每一步和所依据的条款原文；缺少信息时返回要问的问题，不符合条件时返回原因。"
        "先用 list_rules 查规则代号和输入。",
    ),
    "list_rules": (
        "列出补贴规则",
        f"列出可以测算的补贴规则：代号、输入的名称和例子、所依据的条款原文。{CITE}",
    ),
    "match_measures": (
        "匹配政策措施",
        "按企业（医院、高校、平台）的情况列出各项政策措施：每个条件满足、不满足还是待补充，能得多少，"
        f"以及最该补充的一个问题。没有给出的情况不算满足。{CITE}",
    ),
    "list_documents": ("列出政策文件", "列出知识库里的政策文件：文号、标题、日期、地区、效力状态。"),
}
_LOOKED_UP = ResourceSecurity(False, False, False)  # an id is looked up, it never becomes a path
_MOST_LISTED = 200  # documents listed as resources; all can be read, and list_documents names them

Lifespan = Callable[[MCPServer[Any]], AbstractAsyncContextManager[Any]]


class PolicyServer(MCPServer[Any]):
    """The SDK's server with our errors, and with the documents of the moment as resources."""

    def __init__(self, backend: Backend, lifespan: Lifespan | None = None) -> None:
        """Take a backend, open or not.

        Args:
            backend: the knowledge base; tools wait until it is open.
            lifespan: what is done before the first and after the last message.
        """
        super().__init__(
            "policykb",
            title=TITLE,
            instructions=_INSTRUCTIONS,
            version=version("policykb"),
            log_level="WARNING",
            resource_security=_LOOKED_UP,
            lifespan=lifespan,
        )
        self._backend = backend
        tools = Tools(backend)
        hints = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
        for name, (title, description) in _TOOLS.items():
            self.add_tool(getattr(tools, name), title=title, description=description, annotations=hints)

        self.resource(
            "policy://documents/{+name}",
            title="政策文件",
            description="一份政策文件的全文，按条款分段，每段前有条款的写法；name 是文件编号，见 list_documents。",
        )(tools.document)
        self.resource(
            "policy://clauses/{+name}",
            title="政策条款",
            description=f"一条条款的原文和出处；name 是条款编号，如 鲁科字〔2024〕137号 三/（一）。{CITE}",
        )(tools.clause_text)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; what goes wrong is a result that says so."""
        if name not in _TOOLS:
            return _failed(f"没有工具“{name[:80]}”，可用的有：{'、'.join(_TOOLS)}。")
        takes = getattr(self._tool_manager.get_tool(name), "parameters", {}).get("properties", {})
        if unknown := [each for each in arguments if each not in takes]:
            return _failed(
                f"{name} 没有参数“{unknown[0][:80]}”，可用的有：{'、'.join(takes) or '（没有）'}。"
            )
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                return _failed(invalid([{**each, "loc": ("body", *each["loc"])} for each in cause.errors()]))
            return _failed(friendly(cause if isinstance(cause, Exception) else error))

    async def list_resources(self) -> list[Resource]:
        """The documents there are now, none while the knowledge base is being opened."""
        if not self._backend.is_open:
            return []
        records = list(self._backend.get()[0].records_by_id().values())
        return [
            Resource(
                uri=f"policy://documents/{quote(record.id, safe='')}",
                name=record.id,
                title=record.name,
                mime_type="text/plain",
            )
            for record in records[:_MOST_LISTED]
        ]

    async def read_resource(
        self, uri: Any, context: Context[Any, Any] | None = None
    ) -> Iterable[Any] | InputRequiredResult:
        """Read a document or a clause."""
        try:
            return await super().read_resource(uri, context)
        except ResourceError as error:
            cause = error.__cause__
            if isinstance(cause, NotFound):
                raise ResourceNotFoundError(str(cause)) from error
            if isinstance(cause, Exception):
                raise ResourceError(friendly(cause)) from error
            raise ResourceNotFoundError(
                f"没有资源 {str(uri)[:200]}，可用的是 policy://documents/文件编号 和 policy://clauses/条款编号。"
            ) from error


def _failed(line: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=line)], is_error=True)
