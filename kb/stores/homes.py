"""Where a knowledge base keeps its vectors and its words, chosen by one setting.

local                 Chroma and Tantivy in the home folder
chroma://HOST:PORT    vectors behind ``chroma run``, words in the home folder
milvus://HOST:PORT    both in Milvus
milvus:PATH.db        both in milvus-lite, in this process
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from corpus import UsageError
from kb.stores.base import DamagedStore, KeywordStore, VectorStore
from kb.stores.tantivy_words import TantivyWords
from kb.tokens import VERSION

_ADDRESS = re.compile(
    r"""
    (?P<kind> chroma | milvus ) ://
    (?P<host> \[ [0-9a-fA-F:.]+ \] | [\w.-]+ ) : (?P<port> \d{1,5} ) /?    # milvus://10.0.0.7:19530  chroma://[::1]:8000
    | milvus: (?P<file> (?!//) .+ \.db )                                 # milvus:/data/policy.db
    | (?P<local> local )
    """,
    re.VERBOSE,
)


class HomeSettings(Protocol):
    """What of the settings concerns the stores."""

    @property
    def home(self) -> Path:
        """The home folder."""

    @property
    def store(self) -> str:
        """Where vectors and words are."""

    @property
    def store_token(self) -> SecretStr:
        """What the server asks for."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Which engine, and where.

    Attributes:
        kind: ``local``, ``chroma`` or ``milvus``.
        host: of a server, else empty.
        port: of a server, else 0.
        file: of milvus-lite, else empty.
    """

    kind: str
    host: str = ""
    port: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """How to open the two stores of a knowledge base; nothing is opened or imported before one is called.

    Attributes:
        vectors_name: tells engine, place and model of the vectors.
        words_name: tells engine, place and version of the words.
        open_vectors: opens or makes; given whether to drop what is there. Only for whoever has the right to write.
        read_vectors: opens what is there; None where a writer must mend it first.
        open_words: as ``open_vectors``.
        read_words: as ``read_vectors``.
    """

    vectors_name: str
    words_name: str
    open_vectors: Callable[[bool], VectorStore]
    read_vectors: Callable[[], VectorStore | None]
    open_words: Callable[[bool], KeywordStore]
    read_words: Callable[[], KeywordStore | None]


def parse(setting: str) -> StoreAddress:
    """What ``POLICYKB_STORE`` says.

    >>> parse("milvus://10.0.0.7:19530")
    StoreAddress(kind='milvus', host='10.0.0.7', port=19530, file='')
    >>> parse("milvus:数据/政策.db").file
    '数据/政策.db'
    >>> parse("redis://x")
    Traceback (most recent call last):
    ...
    corpus.errors.UsageError: 设置 POLICYKB_STORE 的值 'redis://x' 不可用，可选：local、chroma://主机:端口、milvus://主机:端口、milvus:文件.db。

    Raises:
        UsageError: none of the forms above.
    """
    found = _ADDRESS.fullmatch(setting.strip())
    if found is None or int(found["port"] or 1) not in range(1, 65536):
        raise UsageError(
            f"设置 POLICYKB_STORE 的值 {setting!r} 不可用，"
            "可选：local、chroma://主机:端口、milvus://主机:端口、milvus:文件.db。"
        )
    if found["local"]:
        return StoreAddress("local")
    if found["file"]:
        return StoreAddress("milvus", file=found["file"])
    return StoreAddress(found["kind"], found["host"].strip("[]"), int(found["port"]))


def open_home(settings: HomeSettings, model: str, namespace: str) -> Home:
    """The home that the settings choose.

    Args:
        settings: home folder, store and its token.
        model: name of the embedding model.
        namespace: tells this knowledge base from others on the same server.

    Raises:
        UsageError: the setting is of none of the known forms.
    """
    address = parse(settings.store)
    token = settings.store_token.get_secret_value()
    if address.kind == "milvus":
        return _milvus(address, token, model, namespace)
    if address.kind == "chroma":
        return _with_tantivy(settings, model, *_chroma_server(address, token, model, namespace))
    return _with_tantivy(settings, model, *_chroma_folder(settings.home / "chroma", model))


def _with_tantivy(
    settings: HomeSettings,
    model: str,
    open_vectors: Callable[[bool], VectorStore],
    read_vectors: Callable[[], VectorStore | None],
) -> Home:
    folder = settings.home / "words"

    def open_words(replace: bool) -> KeywordStore:
        if replace:
            shutil.rmtree(folder, ignore_errors=True)
        return TantivyWords(folder, VERSION)

    def read_words() -> KeywordStore | None:
        return TantivyWords(folder, VERSION) if folder.is_dir() else None

    name = f"{settings.store.strip()} {model}"
    return Home(name, f"tantivy {VERSION}", open_vectors, read_vectors, open_words, read_words)


def _chroma_folder(
    folder: Path, model: str
) -> tuple[Callable[[bool], VectorStore], Callable[[], VectorStore | None]]:
    def opened(replace: bool) -> VectorStore:
        from kb.stores.chroma import open_folder

        return open_folder(folder, model, writing=True, replace=replace)

    def read() -> VectorStore | None:
        if not folder.is_dir():
            return None
        from kb.stores.chroma import open_folder

        try:
            return open_folder(folder, model)
        except DamagedStore:
            return None

    return opened, read


def _chroma_server(
    address: StoreAddress, token: str, model: str, namespace: str
) -> tuple[Callable[[bool], VectorStore], Callable[[], VectorStore | None]]:
    def opened(replace: bool) -> VectorStore:
        from kb.stores.chroma import open_server
        from kb.stores.chroma_places import Server

        server = Server(address.host, address.port, token)
        return open_server(server, model, namespace, writing=True, replace=replace)

    return opened, lambda: opened(False)


def _milvus(address: StoreAddress, token: str, model: str, namespace: str) -> Home:
    host = f"[{address.host}]" if ":" in address.host else address.host
    where = address.file or f"{host}:{address.port}"

    def open_vectors(replace: bool) -> VectorStore:
        from kb.stores.milvus import MilvusVectors
        from kb.stores.milvus_place import MilvusPlace

        return MilvusVectors(MilvusPlace(where, token), model, namespace, replace)

    def open_words(replace: bool) -> KeywordStore:
        from kb.stores.milvus import MilvusWords
        from kb.stores.milvus_place import MilvusPlace

        return MilvusWords(MilvusPlace(where, token), namespace, VERSION, replace)

    return Home(
        f"milvus {where} {model}",
        f"milvus {where} {VERSION}",
        open_vectors,
        lambda: open_vectors(False),
        open_words,
        lambda: open_words(False),
    )
