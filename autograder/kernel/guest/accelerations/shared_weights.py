"""Give students their networks quickly: weights as shared pages.

A student's `models.vgg19(weights=...)` runs torchvision's own builder, with two differences: the
layers are made without storage and without random numbers, and the weights are mapped from their
file instead of read (every child shares the same pages). A call without weights is torchvision's
own, untouched.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torchvision.models import _api

from ..built_networks import replace_builder
from . import activation_cache
from .unfilled import Unfilled


def share_weights(weights: Mapping[str, str]) -> None:
    """Change the builders named in `weights` (builder -> file in TORCH_HOME) as told above."""
    folder = os.path.join(torch.hub.get_dir(), "checkpoints")
    paths = {name: os.path.join(folder, file) for name, file in weights.items()}
    paths = {name: path for name, path in paths.items() if os.path.exists(path)}
    _map_instead_of_reading(paths.values())
    for name, path in paths.items():
        replace_builder(name, functools.partial(_quick, file=path))


def warm_up(names: Iterable[str], pictures: np.ndarray) -> None:
    """Look at each picture with each network, so that children inherit what that makes.

    Args:
        names: the networks' builders.
        pictures: as the networks want them, [n, 3, height, width], float32.
    """
    for name in names:
        builder = _api.BUILTIN_MODELS[name]
        if getattr(builder, "is_quick", False):  # `functools.wraps` hands this on
            network = builder(weights="DEFAULT").eval()
            with torch.no_grad():
                for picture in torch.from_numpy(pictures):
                    network(picture[None])
    activation_cache.clear(answers_only=True)


def _map_instead_of_reading(paths: Iterable[str]) -> None:
    """Let torchvision's enums hand out weights that lie in their file's pages."""
    known = {os.path.basename(path): path for path in paths}
    get_state_dict = _api.WeightsEnum.get_state_dict

    @functools.wraps(get_state_dict)
    def mapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        path = known.get(os.path.basename(self.url))
        if path is None:
            return get_state_dict(self, *args, **kwargs)
        with torch.device("cpu"):
            return torch.load(path, map_location="cpu", mmap=True, weights_only=True)

    _api.WeightsEnum.get_state_dict = mapped


def _quick(builder: Callable[..., Any], file: str) -> Callable[..., Any]:
    @functools.wraps(builder)
    def build(*args: Any, **kwargs: Any) -> Any:
        if not _asks_for_weights(args, kwargs):
            return builder(*args, **kwargs)
        with _tensors_taken_as_they_are(), torch.device("meta"), Unfilled():
            network = builder(*args, **kwargs)
        if any(tensor.is_meta for tensor in network.state_dict().values()):
            return builder(*args, **kwargs)
        for parameter in network.parameters():
            parameter.requires_grad_()  # the mapped ones were not
        activation_cache.register(network, file)
        return network

    vars(build)["is_quick"] = True
    return build


def _asks_for_weights(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return bool(args[:1] and args[0]) or any(kwargs.get(name) for name in ("weights", "pretrained"))


@contextmanager
def _tensors_taken_as_they_are() -> Iterator[None]:
    """Within: modules take the tensors that they load instead of copying them."""
    load_state_dict = torch.nn.Module.load_state_dict

    def assigned(
        self: torch.nn.Module, state_dict: Any, strict: bool = True, assign: bool = True
    ) -> Any:
        return load_state_dict(self, state_dict, strict=strict, assign=True)

    # Torch's own is replaced, which no type allows.
    torch.nn.Module.load_state_dict = assigned  # type: ignore[method-assign]
    try:
        yield
    finally:
        torch.nn.Module.load_state_dict = load_state_dict  # type: ignore[method-assign] # as it was
