"""What most people build first, by LangChain: pieces of 400 characters in Chroma, alone and beside BM25 over jieba words.

All files are given as the text our readers extract, so that nobody is judged by how a web page is read. The model is
the same too, with its prompts. The ensemble is LangChain's default: equal weights, reciprocal ranks with c = 60; how
many pieces each ranking gives it is left to its user, so several numbers are tried and the best counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from corpus import PolicyDocument, Span
from eval.errors import EvalFileError
from eval.retrieval.ranked import CHUNK_SIZE, Ranker, Unit
from eval.retrieval.vectors import as_langchain
from kb.embedding import Embedder

if TYPE_CHECKING:
    from langchain_core.documents import Document

DEPTHS = (10, 20, 60)  # pieces that each ranking gives the ensemble
_OVERLAP = 50
_ADDED_TOGETHER = 1000


def baselines(documents: Mapping[str, PolicyDocument], embedder: Embedder) -> dict[str, Ranker]:
    """The two stacks over the same pieces, by name: Chroma alone, and the ensemble at each depth.

    Args:
        documents: texts to index, by file name.
        embedder: the model.

    Raises:
        EvalFileError: one of LangChain's packages is not installed.
    """
    pieces = _pieces(documents)
    # all of a process share one database in memory
    chroma = _load("langchain_chroma").Chroma(
        collection_name=f"baseline-{uuid4().hex}", embedding_function=as_langchain(embedder)
    )
    for at in range(0, len(pieces), _ADDED_TOGETHER):
        chroma.add_documents(pieces[at : at + _ADDED_TOGETHER])
    words = _load("langchain_community.retrievers").BM25Retriever.from_documents(
        pieces, preprocess_func=_load("jieba").Tokenizer().lcut
    )
    made = {
        f"LangChain Chroma＋BM25（Ensemble，各取 {depth}）": _ensemble(chroma, words, depth)
        for depth in DEPTHS
    }
    return {"LangChain 400/50＋Chroma": _alone(chroma)} | made


def _alone(chroma: Any) -> Ranker:
    def search(question: str, top: int) -> list[Unit]:
        return _units(chroma.as_retriever(search_kwargs={"k": top}).invoke(question))

    return search


def _ensemble(chroma: Any, words: Any, depth: int) -> Ranker:
    both = _load("langchain_classic.retrievers").EnsembleRetriever(
        retrievers=[
            words.model_copy(update={"k": depth}),
            chroma.as_retriever(search_kwargs={"k": depth}),
        ],
        weights=[0.5, 0.5],
    )

    def search(question: str, top: int) -> list[Unit]:
        return _units(both.invoke(question))[:top]

    return search


def _pieces(documents: Mapping[str, PolicyDocument]) -> list[Document]:
    splitter = _load("langchain_text_splitters").RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_SIZE, chunk_overlap=_OVERLAP, add_start_index=True
    )
    pieces: list[Document] = splitter.create_documents(
        [document.source for document in documents.values()], [{"file": file} for file in documents]
    )
    return pieces


def _units(found: Sequence[Document]) -> list[Unit]:
    return [
        Unit(
            piece.metadata["file"],
            Span(piece.metadata["start_index"], piece.metadata["start_index"] + len(piece.page_content)),
        )
        for piece in found
    ]


def _load(name: str) -> Any:
    """A module that only this comparison needs."""
    try:
        return import_module(name)
    except ImportError as error:
        raise EvalFileError(f"对照需要 {name}，请先安装：pip install '.[dev]'。") from error
