"""File to text to clause tree: load, clean, number, segment, read metadata, parse, chunk."""

from ingest.chunk import Chunk, chunk_document
from ingest.metadata import normalise_doc_number
from ingest.parse import parse_file, parse_text

__all__ = ["Chunk", "chunk_document", "normalise_doc_number", "parse_file", "parse_text"]
