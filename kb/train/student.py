"""The transformer inside a model: taking layers out, and keeping layers as they are."""

from __future__ import annotations

from typing import Any

from corpus import UsageError


def layer_numbers(layers: int, keep: int) -> list[int]:
    """Which layers a student takes from its teacher: evenly spread, the first and the last among them.

    >>> layer_numbers(12, 6), layer_numbers(12, 3), layer_numbers(2, 1)
    ([0, 2, 4, 7, 9, 11], [0, 6, 11], [1])
    >>> layer_numbers(12, 13)
    Traceback (most recent call last):
    ...
    ValueError: 13 layers out of 12
    """
    if not 1 <= keep <= layers:
        raise ValueError(f"{keep} layers out of {layers}")
    if keep == 1:
        return [layers - 1]
    return [(2 * n * (layers - 1) + keep - 1) // (2 * (keep - 1)) for n in range(keep)]


def layers_of(model: Any) -> Any:
    """The list of layers of a sentence-transformers model's encoder, a ``ModuleList``.

    Raises:
        UsageError: the model is of a build that is not known here.
    """
    encoder = getattr(_transformer(model), "encoder", None)
    layers = getattr(encoder, "layer", None)
    if layers is None:
        raise UsageError("此向量模型不是 BERT 类结构，无法减层或冻结，请去掉 --layers 和 --freeze-layers。")
    return layers


def shorten(model: Any, keep: int) -> None:
    """Leave only ``keep`` evenly spread layers in a model.

    Raises:
        UsageError: it has fewer, or its build is not known here.
    """
    import torch

    layers = layers_of(model)
    if not 1 <= keep <= len(layers):
        raise UsageError(f"--layers {keep} 不可用：原模型有 {len(layers)} 层，请给出 1 到 {len(layers)}。")
    transformer = _transformer(model)
    transformer.encoder.layer = torch.nn.ModuleList([layers[n] for n in layer_numbers(len(layers), keep)])
    transformer.config.num_hidden_layers = keep


def freeze(model: Any, lower: int) -> None:
    """Keep the word embeddings and the lowest layers as they are; nothing for 0.

    Raises:
        UsageError: not one layer would be left to learn, or the model's build is not known here.
    """
    if not lower:
        return
    layers = layers_of(model)
    if not 0 < lower < len(layers):
        raise UsageError(
            f"--freeze-layers {lower} 不可用：模型有 {len(layers)} 层，请给出 0 到 {len(layers) - 1}。"
        )
    for module in (_transformer(model).embeddings, *layers[:lower]):
        for parameter in module.parameters():
            parameter.requires_grad = False


def _transformer(model: Any) -> Any:
    return getattr(model[0], "auto_model", None)
