"""The networks of torchvision that a submission builds: which they are, how large their weights."""

from __future__ import annotations

import functools
import os
import sys
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torchvision.models import _api

# Those that builders have made in this process, wherever the student keeps them.
made: weakref.WeakSet[torch.nn.Module] = weakref.WeakSet()


def note_made(builders: Iterable[str]) -> None:
    """Let torchvision's builders of these names note in `made` what they make."""
    for name in builders:
        replace_builder(name, _noting)


def replace_builder(name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put `wrap(builder)` wherever torchvision offers the builder `name`."""
    builder = _api.BUILTIN_MODELS[name]
    wrapped = wrap(builder)
    _api.BUILTIN_MODELS[name] = wrapped
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("torchvision.models") and vars(module).get(name) is builder:
            setattr(module, name, wrapped)


def _noting(builder: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(builder)
    def build(*args: Any, **kwargs: Any) -> Any:
        network = builder(*args, **kwargs)
        made.add(network)
        return network

    return build


def size_of_weights(files: Iterable[str]) -> int:
    """The bytes of those files in TORCH_HOME, all together."""
    folder = os.path.join(torch.hub.get_dir(), "checkpoints")
    paths = [os.path.join(folder, file) for file in files]
    return sum(os.path.getsize(path) for path in paths if os.path.exists(path))
