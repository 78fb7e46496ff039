"""Give students their networks quickly: weights as shared pages, no gradients nobody needs.

A student's `models.vgg19(weights=...)` runs torchvision's own builder, with three differences:
the layers are made without storage and without random numbers, the weights are mapped from their
file instead of read (every child shares the same pages), and parameters need no gradients except
the few that `with_gradients` names. With one such parameter just before a feature map, that map
is part of a graph: `retain_grad`, `backward` and hooks work, and no half-gigabyte of gradients is
computed for weights. A call without weights is torchvision's own, untouched.
"""

from __future__ import annotations

import functools
import os
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torchvision import models
from torchvision.models import _api

handed_out: weakref.WeakSet[torch.nn.Module] = weakref.WeakSet()


def share_weights(weights: Mapping[str, str], with_gradients: Mapping[str, list[str]]) -> None:
    """Change the builders named in `weights` (builder -> file in TORCH_HOME) as told above."""
    for name, file in weights.items():
        builder = _api.BUILTIN_MODELS[name]
        path = os.path.join(torch.hub.get_dir(), "checkpoints", file)
        quick = _quick(builder, path, frozenset(with_gradients.get(name, ())))
        _api.BUILTIN_MODELS[name] = quick
        for module_name, module in list(sys.modules.items()):
            if module_name.startswith("torchvision.models") and vars(module).get(name) is builder:
                setattr(module, name, quick)


def warm_up(weights: Mapping[str, str]) -> None:
    """Build each network once and look at one picture, so that children inherit what that makes."""
    for name in weights:
        network = models.get_model(name, weights="DEFAULT").eval()
        with torch.no_grad():
            network(torch.zeros(1, 3, 224, 224))


def _quick(builder: Callable, path: str, with_gradients: frozenset[str]) -> Callable:
    @functools.wraps(builder)
    def build(*args, **kwargs):
        if not _asks_for_weights(args, kwargs) or not os.path.exists(path):
            return builder(*args, **kwargs)
        with _mapped_weights(path), torch.device("meta"):
            network = builder(*args, **kwargs)
        if any(tensor.is_meta for tensor in network.state_dict().values()):
            return builder(*args, **kwargs)
        for name, parameter in network.named_parameters():
            parameter.requires_grad_(name in with_gradients)
        handed_out.add(network)
        return network

    return build


def _asks_for_weights(args: tuple, kwargs: dict) -> bool:
    return bool(args[:1] and args[0]) or any(kwargs.get(name) for name in ("weights", "pretrained"))


@contextmanager
def _mapped_weights(path: str) -> Iterator[None]:
    """Within: enums map their weights from the file, and modules take those tensors as they are."""
    get_state_dict = _api.WeightsEnum.get_state_dict
    load_state_dict = torch.nn.Module.load_state_dict

    def mapped(self, *args, **kwargs):
        if os.path.basename(self.url) != os.path.basename(path):
            return get_state_dict(self, *args, **kwargs)
        with torch.device("cpu"):
            return torch.load(path, map_location="cpu", mmap=True, weights_only=True)

    def assigned(self, state_dict, strict=True, assign=True):
        return load_state_dict(self, state_dict, strict=strict, assign=True)

    _api.WeightsEnum.get_state_dict = mapped
    torch.nn.Module.load_state_dict = assigned
    try:
        yield
    finally:
        _api.WeightsEnum.get_state_dict = get_state_dict
        torch.nn.Module.load_state_dict = load_state_dict
