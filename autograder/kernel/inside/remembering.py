"""Remember what frozen layers made of a picture, so that a second look costs nothing.

A notebook and its questions look at the same few pictures dozens of times: half a second each with
VGG-19, a seventh of one with ResNet-18. Layers through which no gradient has to go are a pure
function of what they are given: their output is kept, and the layers behind them run every time, so
that gradients, hooks on the feature map and everything after it are as always. The warm process
looks at the lab's pictures once, for all of its children; what networks make of the pictures that
questions bring along comes with the questions.

Nothing is remembered, and every layer runs, as soon as anything could tell the difference: another
network, changed weights, training mode, a hook on a layer, a method replaced, an input that needs
gradients, a symbolic trace.
"""

from __future__ import annotations

import copy
import copyreg
import functools
import hashlib
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType, MethodType

import numpy as np
import torch
from torch import nn
from torch.nn.modules import module as module_hooks

KEPT = 80  # looks, a third of a megabyte each; a picture is two for VGG-19, five for ResNet-18
SMALL = 1000  # numbers in a tensor
_HOOKS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
)
_GLOBAL_HOOKS = (
    "_global_forward_hooks",
    "_global_forward_pre_hooks",
    "_global_backward_hooks",
    "_global_backward_pre_hooks",
)

# What was made of what, by `_key`, the latest used last; shared by all networks of a process.
_memory: OrderedDict[str, torch.Tensor] = OrderedDict()
_methods: dict[type, dict[str, FunctionType]] = {}  # of the layers' classes, as they came
_listeners: list[dict[str, torch.Tensor]] = []


class _Remembering:
    """What remembers says of itself that it is what it was, of class `kind`, also to a pickle."""

    kind: type[nn.Module]

    def __reduce_ex__(self, protocol):
        return copyreg._reconstructor, (type(self).kind, object, None), self.__dict__

    def __deepcopy__(self, memo):
        memo[id(self)] = copied = self.__class__.__new__(self.__class__)
        copied.__dict__ = copy.deepcopy(self.__dict__, memo)
        return copied


def _posing_as(kind: type[nn.Module]) -> Callable[[type], type]:
    def pose(remembering: type) -> type:
        remembering.kind = kind
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(remembering, name, getattr(kind, name))
        return remembering

    return pose


@_posing_as(nn.Sequential)
class _Sequential(_Remembering, nn.Sequential):
    def forward(self, input):
        layers, x = list(self), input
        frozen = _frozen_layers(layers)
        # What stands behind them needs no gradients either where nobody wants any.
        for part in (layers[:frozen], layers[frozen:]):
            run = functools.partial(_run, part)
            x = _look(part, x, run) if part and _pure(part, x) else run(x)
        return x


@functools.cache
def _whole(kind: type[nn.Module]) -> type[nn.Module]:
    """A network that remembers its logits, where nobody wants gradients."""

    @_posing_as(kind)
    class Network(_Remembering, kind):
        def forward(self, x):
            run = super().forward
            return _look([self], x, run) if _pure([self], x) else run(x)

    return Network


def remember(network: nn.Module) -> None:
    """Let `network` and the parts of it that convolve remember; a copy remembers too.

    The parts are its children that are a `nn.Sequential`: VGG's features, ResNet's four layers.
    The whole of it remembers only if they are most of it: to see whether the weights of VGG's
    classifier have changed takes as long as to use them.
    """
    parts = [
        child
        for child in network.children()
        if type(child) is nn.Sequential
        and any(isinstance(layer, nn.Conv2d) for layer in child.modules())
    ]
    for part in parts:
        part.__class__ = _Sequential
    if _size(network) < 2 * sum(map(_size, parts)):
        network.__class__ = _whole(type(network))
    for kind in _kinds(network):
        _methods.setdefault(kind, _methods_of(kind))


def _kinds(module: nn.Module) -> set[type]:
    """The classes of all layers, and those that they come from."""
    kinds = {type(part) for part in module.modules()}
    return {base for kind in kinds for base in kind.__mro__}


def _methods_of(kind: type) -> dict[str, FunctionType]:
    return {name: one for name, one in vars(kind).items() if isinstance(one, FunctionType)}


def _size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@contextmanager
def noted() -> Iterator[dict[str, torch.Tensor]]:
    """Within, every look that is taken or remembered goes into the dictionary too."""
    looks: dict[str, torch.Tensor] = {}
    _listeners.append(looks)
    try:
        yield looks
    finally:
        _listeners.remove(looks)


def forget() -> None:
    """Remember nothing, as at the start of the process."""
    _memory.clear()


def learn(looks: Mapping[str, torch.Tensor]) -> None:
    """Remember looks that were `noted` in another process on such a machine."""
    for key, output in looks.items():
        _keep(key, output)


def _frozen_layers(layers: list[nn.Module]) -> int:
    """How many layers stand before the first one that has a parameter which needs gradients."""
    for count, layer in enumerate(layers):
        if _needs_gradients(layer):
            return count
    return len(layers)


def _needs_gradients(layer: nn.Module) -> bool:
    return any(parameter.requires_grad for parameter in layer.parameters())


def _pure(layers: list[nn.Module], x: object) -> bool:
    """Whether the layers' output depends on nothing but their weights and `x`, and is all we need.

    Batches are of a student's own making, and large.
    """
    return (
        type(x) is torch.Tensor
        and x.dim() > 0
        and len(x) == 1
        and not x.requires_grad
        and x.is_cpu
        and not torch.is_autocast_enabled("cpu")
        and not torch._C._functorch.is_functorch_wrapped_tensor(x)
        and not (torch.is_grad_enabled() and any(map(_needs_gradients, layers)))
        and not any(part.training for layer in layers for part in layer.modules())
        and not _watched(layers)
    )


def _watched(layers: list[nn.Module]) -> bool:
    if any(getattr(module_hooks, name, None) for name in _GLOBAL_HOOKS):
        return True
    kinds = set().union(*map(_kinds, layers))
    if any(_methods_of(kind) != _methods.get(kind) for kind in kinds):
        return True  # a class that we do not know, or that has been given another method
    return any(
        "forward" in vars(part)
        or any(isinstance(one, FunctionType | MethodType) for one in vars(part).values())
        or any(getattr(part, name, None) for name in _HOOKS)
        for layer in layers
        for part in layer.modules()
    )


def _run(layers: list[nn.Module], x: torch.Tensor) -> torch.Tensor:
    for layer in layers:
        x = layer(x)
    return x


def _look(
    layers: list[nn.Module], x: torch.Tensor, run: Callable[[torch.Tensor], torch.Tensor]
) -> torch.Tensor:
    """What `run`, the layers one after the other, makes of `x`: remembered, or run now."""
    key = _key(layers, x)
    output = _memory.get(key)
    if output is None:
        with torch.no_grad():
            output = run(x)
        if output is x:  # layers that do nothing: it is not ours to keep
            output = x.clone()
    _keep(key, output)
    for looks in _listeners:
        looks[key] = output
    return output.clone()  # whoever gets it may work in place


def _keep(key: str, output: torch.Tensor) -> None:
    _memory[key] = output
    _memory.move_to_end(key)
    while len(_memory) > KEPT:
        _memory.popitem(last=False)


def _key(layers: list[nn.Module], x: torch.Tensor) -> str:
    """A digest of the layers' weights and of the picture."""
    digest = hashlib.sha256(repr((x.dtype, x.shape, x.stride())).encode())
    digest.update(_bytes(x))
    with torch.no_grad():
        for layer in layers:
            digest.update(repr(layer).encode())  # its kind, its stride, its padding
            for parameter in (*layer.parameters(), *layer.buffers()):
                _add(digest, parameter.detach())
    return digest.hexdigest()


def _add(digest: hashlib._Hash, parameter: torch.Tensor) -> None:
    """All of a parameter, or two sums of a large one: if it is changed, they change."""
    digest.update(str(parameter.dtype).encode())
    if parameter.numel() <= SMALL:
        digest.update(_bytes(parameter))
    else:
        flat = parameter.reshape(-1).float()
        sums = float(flat.sum()), float(flat[:: len(flat) // SMALL].norm())
        digest.update(struct.pack("2d", *sums))


def _bytes(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy()
