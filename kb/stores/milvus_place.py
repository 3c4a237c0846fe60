"""Collections in Milvus: a server, or milvus-lite, which runs in this process on a file of this machine."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from corpus import KnowledgeBaseError, UsageError
from kb.stores.base import ChunkEntry, ChunkFilter

log = logging.getLogger(__name__)

BYTES = 65_535  # of a VARCHAR, Milvus's own limit
_UNIT_BYTES, _UNITS = 4096, 1024  # of one unit's name, and names of one chunk
CONNECT_SECONDS, _ANSWER_SECONDS = 3.0, 60.0
_BATCH = 1000  # ids in an expression, rows in a request: some MB at most
_EXTRA = 'POLICYKB_STORE 选用了 Milvus，但未安装它的组件，请运行 pip install "policykb[milvus]"。'
_files: Counter[str] = Counter()  # how often each file is open in this process
_files_lock = threading.Lock()


def quoted(text: str) -> str:
    r"""A string in a filter expression; whatever is in it stays in it.

    >>> print(quoted('关于"十五五"规划\\的通知' + chr(10)))
    "关于\"十五五\"规划\\的通知\n"
    """
    return json.dumps(text, ensure_ascii=False)


def expression(where: ChunkFilter | None) -> str:
    """A filter in Milvus's words, empty where there is no condition.

    >>> expression(ChunkFilter(documents=frozenset("乙甲"), units=frozenset({"省科技厅"})))
    'document in ["乙", "甲"] and ARRAY_CONTAINS_ANY(units, ["省科技厅"])'
    >>> expression(ChunkFilter(chunks=frozenset({"甲 一#0@1"})))
    'key in ["a63fdee8f7df56660beb2592cfa4c41d"]'
    >>> expression(None)
    ''
    """
    if where is None:
        return ""
    terms = []
    if where.documents is not None:
        terms.append(f"document in {_listed(where.documents)}")
    if where.units is not None:
        terms.append(f"ARRAY_CONTAINS_ANY(units, {_listed(where.units)})")
    if where.chunks is not None:
        terms.append(f"key in {_listed(map(key_of, where.chunks))}")
    return " and ".join(terms)


def key_of(chunk_id: str) -> str:
    """The primary key of a chunk: of one length and plain letters, which the client's own filters need.

    >>> key_of("甲 一#0@1")
    'a63fdee8f7df56660beb2592cfa4c41d'
    """
    return hashlib.sha256(chunk_id.encode()).hexdigest()[:32]


def batches(items: Iterable[str]) -> Iterator[list[str]]:
    """The items in lists that fit into one expression.

    >>> [len(batch) for batch in batches(map(str, range(2100)))]
    [1000, 1000, 100]
    """
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


class MilvusPlace:
    """A Milvus server, or a file for milvus-lite."""

    def __init__(self, address: str, token: str = "") -> None:
        """Connect.

        Args:
            address: ``HOST:PORT``, or the path of a file that ends with ``.db``.
            token: what the server asks for, ``user:password`` or a key.

        Raises:
            UsageError: the client library is not installed.
            KnowledgeBaseError: there is no answer, or the file cannot be opened.
        """
        self.is_file = address.endswith(".db")
        self.name = f"milvus:{address}" if self.is_file else f"milvus://{address}"
        self._address = str(Path(address).expanduser().resolve()) if self.is_file else address
        if not (find_spec("pymilvus") and (find_spec("milvus_lite") or not self.is_file)):
            raise UsageError(_EXTRA)
        with self.translated("打开"):
            self.client = self._connect(token)
            version = str(self.client.get_server_version(timeout=CONNECT_SECONDS))
        self.is_lite = version.startswith("milvus_lite")

    def close(self) -> None:
        """Give back the connection, and the file if nobody in this process uses it any more."""
        self.client.close()
        if self.is_file:
            with _files_lock:
                _files[self._address] -= 1
                if not _files[self._address]:
                    _release(self._address)

    @contextmanager
    def translated(self, doing: str) -> Iterator[None]:
        """Milvus's errors in one line of our own.

        Raises:
            KnowledgeBaseError: Milvus or the connection to it failed.
        """
        import grpc
        from pymilvus.exceptions import MilvusException

        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # logs every error with a stack trace
        try:
            yield
        except (MilvusException, grpc.RpcError, OSError) as error:
            said = " ".join(str(getattr(error, "message", "") or error).split())[:200]
            advice = (
                "请检查路径和权限，并确认没有其他进程正在使用该文件"
                if self.is_file
                else "请确认 Milvus 服务已启动、POLICYKB_STORE 的地址与令牌无误"
            )
            raise KnowledgeBaseError(f"知识库存储 {self.name} {doing}失败（{said}），{advice}。") from error

    def _connect(self, token: str) -> Any:
        from pymilvus import MilvusClient

        if not self.is_file:
            host, _, port = self._address.rpartition(":")
            with socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS):
                pass  # the client would try for long
            return MilvusClient(f"http://{self._address}", token=token, timeout=CONNECT_SECONDS)
        Path(self._address).parent.mkdir(parents=True, exist_ok=True)
        with _files_lock, _quiet("milvus_lite"):
            client = MilvusClient(self._address)
            _files[self._address] += 1
        return client


class Collection:
    """A collection of chunks: id, document and units of each, and the fields that a subclass adds."""

    def __init__(self, place: MilvusPlace, name: str) -> None:
        self._place = place
        self._name = name
        self._loaded = False
        self._making = threading.Lock()

    def delete(self, chunk_ids: Iterable[str]) -> None:
        """Remove; unknown ids are ignored."""
        doomed = sorted(set(chunk_ids))
        with self._place.translated("写入"):
            for batch in batches(doomed if self._is_there() else ()):
                keys = [key_of(chunk) for chunk in batch]
                self._client.delete(self._name, ids=keys, timeout=_ANSWER_SECONDS)

    def ids(self, document_id: str | None = None) -> set[str]:
        """Ids of all chunks, or of those of one document."""
        where = "" if document_id is None else f"document == {quoted(document_id)}"
        return {row["chunk"] for row in self._rows(where, ["chunk"])}

    def count(self) -> int:
        """Number of chunks."""
        with self._place.translated("读取"):
            if not self._is_there():
                return 0
            found = self._client.query(
                self._name, filter='key != ""', output_fields=["count(*)"], timeout=_ANSWER_SECONDS
            )
            return int(found[0]["count(*)"])

    def refresh(self) -> None:
        """Look anew whether the collection is there; what is in it is always as last written."""
        self._loaded = False

    def close(self) -> None:
        """Release the connection."""
        self._place.close()

    @property
    def _client(self) -> Any:
        return self._place.client

    def _is_there(self) -> bool:
        """Whether the collection is there and ready."""
        if not self._loaded and self._client.has_collection(self._name, timeout=_ANSWER_SECONDS):
            self._client.load_collection(self._name, timeout=_ANSWER_SECONDS)
            self._loaded = True
        return self._loaded

    def _make(self, dimension: int) -> None:
        """Make the collection."""
        raise NotImplementedError

    def _made(self, dimension: int = 0) -> None:
        """Make the collection if it is not there, once however many ask."""
        with self._making:
            if not self._is_there():
                self._make(dimension)

    def _schema(self, description: str) -> Any:
        """Key, id, document and units."""
        from pymilvus import DataType, MilvusClient

        schema = MilvusClient.create_schema(
            auto_id=False, enable_dynamic_field=False, description=description
        )
        schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=len(key_of("")))
        schema.add_field("chunk", DataType.VARCHAR, max_length=BYTES)
        schema.add_field("document", DataType.VARCHAR, max_length=BYTES)
        schema.add_field(
            "units",
            DataType.ARRAY,
            element_type=DataType.VARCHAR,
            max_capacity=_UNITS,
            max_length=_UNIT_BYTES,
        )
        return schema

    def _create(self, schema: Any, indexes: Any) -> None:
        properties = {"description": schema.description}  # milvus-lite forgets it otherwise
        self._client.create_collection(
            self._name,
            schema=schema,
            index_params=indexes,
            properties=properties if self._place.is_lite else None,
            consistency_level="Strong",  # what was written is found, also by others
            timeout=_ANSWER_SECONDS,
        )
        self._loaded = True

    def _upsert(self, rows: Sequence[dict[str, Any]]) -> None:
        last = {row["chunk"]: row for row in rows}
        for batch in batches(last):
            self._client.upsert(self._name, [last[chunk] for chunk in batch], timeout=_ANSWER_SECONDS)

    def _rows(self, where: str, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Rows that fit, however many."""
        with self._place.translated("读取"):
            if not self._is_there():
                return
            pages = self._client.query_iterator(
                self._name,
                filter=where,
                output_fields=list(fields),
                batch_size=_BATCH,
                timeout=_ANSWER_SECONDS,
            )
            try:
                while page := pages.next():
                    yield from page
            finally:
                pages.close()

    def _matching(self, chunk_ids: Sequence[str], rest: str, fields: Sequence[str]) -> list[dict[str, Any]]:
        """Rows of these chunks, at most a batch, that also fit the rest of a filter."""
        where = expression(ChunkFilter(chunks=frozenset(chunk_ids))) + (f" and {rest}" if rest else "")
        found: list[dict[str, Any]] = self._client.query(
            self._name, filter=where, output_fields=list(fields), timeout=_ANSWER_SECONDS
        )
        return found

    def _search(
        self, field: str, query: Any, k: int, where: str, params: dict[str, Any]
    ) -> list[tuple[str, float]]:
        """The best ``k`` by one field, with the engine's score."""
        found = self._client.search(
            self._name,
            data=[query],
            anns_field=field,
            limit=k,
            filter=where,
            search_params=params,
            output_fields=["chunk"],
            timeout=_ANSWER_SECONDS,
        )[0]
        return [(hit["chunk"], float(hit["distance"])) for hit in found]


def common_fields(entry: ChunkEntry) -> dict[str, Any]:
    """The fields that every collection has."""
    return {
        "key": key_of(entry.chunk_id),
        "chunk": entry.chunk_id,
        "document": entry.document_id,
        "units": list(entry.units),
    }


def description(place: MilvusPlace, name: str) -> str:
    """What a collection was described as when it was made."""
    found = place.client.describe_collection(name, timeout=_ANSWER_SECONDS)
    return str(found["description"] or found["properties"].get("description", "未知"))


def drop(place: MilvusPlace, prefix: str, keep: str = "") -> None:
    """Remove the collections whose name starts so, but one."""
    with place.translated("写入"):
        for name in place.client.list_collections(timeout=_ANSWER_SECONDS):
            if name.startswith(prefix) and name != keep:
                place.client.drop_collection(name, timeout=_ANSWER_SECONDS)


def _listed(values: Iterable[str]) -> str:
    return f"[{', '.join(quoted(value) for value in sorted(values))}]"


def _release(path: str) -> None:
    """Stop the server that milvus-lite runs in this process, so that another process can use the file."""
    with suppress(ImportError):
        from milvus_lite.server_manager import server_manager_instance

        server_manager_instance.release_server(path)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a library's own account of an error off the screen: ours follows."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
