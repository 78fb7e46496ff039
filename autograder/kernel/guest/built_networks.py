"""The networks that a submission builds: which they are, and what they must not keep."""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch

# Those that builders have made in this process, wherever the student keeps them.
made: weakref.WeakSet[torch.nn.Module] = weakref.WeakSet()


def note_made(builders: Iterable[str]) -> None:
    """Let torchvision's builders of these names note in `made` what they make."""
    for name in builders:
        replace_builder(name, _noting)


def replace_builder(name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put `wrap(builder)` wherever torchvision offers the builder `name`."""
    from torchvision.models import _api  # a lab's libraries may be torch without it

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


def forget_gradients(namespace: Mapping[str, object]) -> None:
    """Of all networks: those of these globals, and those that builders have made."""
    own = [thing for thing in namespace.values() if isinstance(thing, torch.nn.Module)]
    for network in {*own, *made}:
        network.zero_grad(set_to_none=True)
