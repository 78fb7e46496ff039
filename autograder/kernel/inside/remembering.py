"""Remember what a frozen trunk made of a picture, so that a second look costs nothing.

A notebook and its questions look at the same few pictures dozens of times: half a second each with
VGG-19, a seventh of one with ResNet-18. The layers before the last parameter that needs gradients
are a pure function of the picture: their output is kept, and the layers behind them run every time,
so that gradients, hooks on the feature map and everything after it are as always. The warm process
looks at the lab's pictures once, for all of its children.

Nothing is remembered, and every layer runs, as soon as anything could tell the difference: another
network, changed weights, training mode, a hook on a layer, an input that needs gradients, a
symbolic trace.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.modules import module as module_hooks

KEPT = 40  # looks, about 0.4 MB each: a picture is one look for VGG-19 and four for ResNet-18
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

# (weights of the trunk, input, output), the latest last; shared by all networks of a process.
_memory: list[tuple[tuple[float | str, ...], torch.Tensor, torch.Tensor]] = []


class Sequential(nn.Sequential):
    """torch's own Sequential, but for what it remembers. Says of itself that it is torch's."""

    def forward(self, input):
        layers = list(self)
        frozen = _frozen_layers(layers)
        if not frozen or not _plain(input) or _watched(layers[:frozen]):
            return super().forward(input)
        weights = _weights(layers[:frozen])
        x = _recall(weights, input)
        if x is None:
            x = input
            with torch.no_grad():
                for layer in layers[:frozen]:
                    x = layer(x)
            _memory.append((weights, input.detach().clone(), x))
            del _memory[:-KEPT]
        # A copy: layers behind may work in place.
        x = x.clone()
        for layer in layers[frozen:]:
            x = layer(x)
        return x


Sequential.__module__ = nn.Sequential.__module__


def remember(network: nn.Module) -> None:
    """Let the convolutional parts of `network` remember; a copy remembers too, as what it then is.

    The parts are its children that are a `nn.Sequential`: VGG's features, ResNet's four layers.
    """
    for part in network.children():
        convolves = any(isinstance(layer, nn.Conv2d) for layer in part.modules())
        if type(part) is nn.Sequential and convolves:
            part.__class__ = Sequential


def _frozen_layers(layers: list[nn.Module]) -> int:
    """How many layers stand before the first one that has a parameter which needs gradients."""
    for count, layer in enumerate(layers):
        if any(part.training for part in layer.modules()):
            return 0
        if any(parameter.requires_grad for parameter in layer.parameters()):
            return count
    return len(layers)


def _plain(x: object) -> bool:
    return (
        type(x) is torch.Tensor
        and len(x) == 1  # batches are of a student's own making, and large
        and not x.requires_grad
        and x.is_cpu
        and not torch.is_autocast_enabled("cpu")
        and not torch._C._functorch.is_functorch_wrapped_tensor(x)
    )


def _watched(layers: list[nn.Module]) -> bool:
    if any(getattr(module_hooks, name, None) for name in _GLOBAL_HOOKS):
        return True
    return any(
        "forward" in vars(part) or any(getattr(part, name, None) for name in _HOOKS)
        for layer in layers
        for part in layer.modules()
    )


def _weights(layers: list[nn.Module]) -> tuple[float | str, ...]:
    """Each layer's kind, and two sums for each parameter: changed ones do not have them."""
    found: list[float | str] = []
    with torch.no_grad():
        for layer in layers:
            found.append(repr(layer))  # its kind, its stride, its padding
            for parameter in (*layer.parameters(), *layer.buffers()):
                found.append(str(parameter.dtype))
                flat = parameter.detach().reshape(-1).float()
                found += [float(flat.sum()), float(flat[:: max(1, len(flat) // 997)].norm())]
    return tuple(found)


def _recall(weights: tuple[float | str, ...], x: torch.Tensor) -> torch.Tensor | None:
    for known, seen, output in reversed(_memory):
        if known != weights or seen.shape != x.shape or seen.dtype != x.dtype:
            continue
        if torch.equal(seen, x):
            return output
    return None
