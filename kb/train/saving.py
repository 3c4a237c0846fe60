"""A trained model as a folder: the files of sentence-transformers, the weights as small as those of ``kb/model``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kb.build_model import write_json, write_weights


def save(model: Any, folder: Path, half: bool = True) -> None:
    """Write a model that ``SentenceTransformer(folder)`` loads with the same prompts.

    Args:
        model: a sentence-transformers model.
        folder: where to, made if missing.
        half: keep float16 weights, in files of at most 36 MB (a larger tensor gets one of its own); they are loaded
            as float32.
    """
    if (tokenizer := getattr(model.tokenizer, "backend_tokenizer", None)) is not None:
        tokenizer.no_truncation()  # else the file would hold the length texts were last cut to
        tokenizer.no_padding()
    model.save_pretrained(str(folder), create_model_card=False)
    if not half:
        return
    transformer = model[0].auto_model
    weights = {
        name: tensor.detach().cpu().numpy().astype("float16")
        for name, tensor in transformer.state_dict().items()
        if tensor.is_floating_point()
    }
    for file in folder.glob("model*.safetensors*"):
        file.unlink()
    write_weights(folder, weights)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    write_json(folder / "config.json", config | {"dtype": "float32"})
