"""What the MCP tools give back beside what the REST door gives back too."""

from __future__ import annotations

from pydantic import Field

from chat.doors import schemas
from kb.lifecycle import Standing


class ClauseAround(schemas.Clause):
    """一条条款，连同所在文件、上级和下一级条款。"""

    document: str = Field(description="所在文件")
    document_id: str = Field(description="文件编号")
    status: Standing = Field(description="文件今天的效力状态")
    above: list[schemas.Above] = Field(description="上级条款，从外到内")
    below: list[schemas.Above] = Field(description="下一级条款")


class DocumentsPage(schemas.Documents):
    """知识库里的文件，其中一页。"""

    total: schemas.Count = Field(description="相符的文件总数")
