"""Keep what the trunk of a network made of a picture, so that a second look costs nothing.

A notebook and its questions look at the same few pictures dozens of times: half a second each with
VGG-19, a seventh of one with ResNet-18. Convolutions with the weights of the file are a pure
function of the picture: their output is kept. The last convolution's successors run every time, and
everything is part of a graph as always (`lazy_gradients`). The fork server looks at the lab's
pictures once for all of its children; what trunks make of the pictures that questions bring along
comes with the questions. Neither is ever the answer to a question: no output of a whole network or
of its last block is handed to a child.

Nothing is kept, and every layer runs, as soon as anything could tell the difference: another
weight, training mode, a hook on a layer, a method replaced, a layer exchanged, a batch, a symbolic
trace, a transform of torch.func, a mode. Weights are known by their file. That nobody has changed
them is known from their place and torch's own count of changes; whoever takes hold of them in a way
that torch does not count (`.data`, `.numpy()`, the storage) gets layers that always run.
"""

from __future__ import annotations

import functools
import hashlib
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F  # noqa: F401 (torch.jit.script looks for it beside `linear`)
from torch import nn
from torch.nn.modules import module as module_hooks

from . import lazy_gradients

KEPT = 120  # outputs, a third of a megabyte each
LARGE = 2**20  # weights of a layer whose gradients are worth waiting for

_HOOKS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
)
_GLOBAL_HOOKS = tuple(f"_global{name}" for name in _HOOKS)
_METHODS = ("__call__", "_call_impl", "_wrapped_call_impl", "forward", "_conv_forward")
# Roads to a tensor's memory on which changes are not counted.
_ROADS = ("numpy", "untyped_storage", "storage", "data_ptr", "__dlpack__", "__array__")

# What was made of what, by `_Segment.key`, the latest used last.
_activations: OrderedDict[str, torch.Tensor] = OrderedDict()
# Of whole networks, which are answers: of this process alone.
_logits: OrderedDict[str, torch.Tensor] = OrderedDict()
_listeners: list[dict[str, torch.Tensor]] = []

# By their first layer: a sequence that begins with the same layers is served too.
_starting_with: weakref.WeakKeyDictionary[nn.Module, _Segment] = weakref.WeakKeyDictionary()
_whole: weakref.WeakKeyDictionary[nn.Module, _Segment] = weakref.WeakKeyDictionary()
_linear: weakref.WeakSet[nn.Module] = weakref.WeakSet()
_guarded: dict[int, _Origin] = {}  # by the place of a weight's memory
_contents: dict[tuple[str, str], str] = {}  # digests, by file and part
_readers = 0  # copies that are being made: they take the roads and change nothing
_data: Any = torch.Tensor.data  # on the class: what reads and writes it
_untyped_storage = torch.Tensor.untyped_storage
_data_ptr = torch.Tensor.data_ptr


class _Origin:
    """The weights of one network; `touched` once changes to them may go uncounted."""

    touched = False


class _Layer:
    """One module as it was: its weights, its attributes, its class's methods.

    Nothing here keeps a network alive.
    """

    def __init__(self, module: nn.Module) -> None:
        self.module = weakref.ref(module)
        self.attributes = _attributes(module)
        self.children = _references(module._modules)
        self.tensors = [
            (kind, name, weakref.ref(tensor), tensor._version, _data_ptr(tensor))
            for kind in ("_parameters", "_buffers")
            for name, tensor in getattr(module, kind).items()
            if tensor is not None
        ]
        self.methods = _methods(type(module))

    def is_as_it_was(self) -> bool:
        module = self.module()
        if module is None:
            return False
        attributes = _attributes(module)
        return (
            not module.training
            and attributes.keys() == self.attributes.keys()
            and all(
                type(attributes[name]) is type(value) and attributes[name] == value
                for name, value in self.attributes.items()
            )
            and _references(module._modules) == self.children
            and _methods(type(module)) == self.methods
            and all(
                (now := getattr(module, kind).get(name)) is tensor()
                and now is not None
                and now._version == version
                and _data_ptr(now) == address
                for kind, name, tensor, version, address in self.tensors
            )
        )

    def is_watched(self) -> bool:
        return any(getattr(self.module(), name, None) for name in _HOOKS)


def _references(modules: Mapping[str, nn.Module | None]) -> dict[str, object]:
    return {
        name: None if module is None else weakref.ref(module) for name, module in modules.items()
    }


def _attributes(module: nn.Module) -> dict[str, object]:
    """Its stride, its padding; a method that the instance was given."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and name != "training"
    }


def _methods(kind: type[nn.Module]) -> list[object]:
    return [getattr(kind, name, None) for name in _METHODS]


class _Segment:
    """Layers that stand one after the other, of which the first `last` may be known already."""

    def __init__(
        self, origin: _Origin, file: str, name: str, layers: Sequence[nn.Module], last: int
    ) -> None:
        self.origin = origin
        self.file, self.name = file, name
        self.layers = [[_Layer(part) for part in layer.modules()] for layer in layers]
        self.references = [weakref.ref(layer) for layer in layers]
        self.last = last

    @property
    def modules(self) -> list[nn.Module]:
        return [module for one in self.references if (module := one()) is not None]

    def known_layers(self) -> int:
        """How many layers, from the first, are as they came and not looked into."""
        if self.origin.touched:
            return 0
        for count, parts in enumerate(self.layers[: self.last]):
            if not all(part.is_as_it_was() and not part.is_watched() for part in parts):
                return count
        return self.last

    def key(self, count: int, picture: str) -> str:
        if (self.file, self.name) not in _contents:
            _contents[self.file, self.name] = _content(self.modules)
        return f"{_contents[self.file, self.name]} {count} {picture}"

    def output(self, count: int, x: torch.Tensor) -> torch.Tensor:
        """What the first `count` layers make of `x`: known, or run from the last one that is."""
        picture = _picture(x)
        for known in range(count, 0, -1):
            output = _activations.get(self.key(known, picture))
            if output is not None:
                break
        else:
            known, output = 0, x
        # A hook on the last convolution is often met: what stands before it is kept too.
        stops = {count, count - 1} if self.last < len(self.references) else {count}
        modules = self.modules
        with torch.no_grad():
            for index in range(known, count):
                output = modules[index](output)
                if index + 1 in stops:
                    _keep(_activations, self.key(index + 1, picture), output.clone())
        kept = _keep(_activations, self.key(count, picture), output.detach())
        return kept.clone()  # whoever gets it may work in place


def _run(layers: Sequence[nn.Module], x: torch.Tensor) -> torch.Tensor:
    for layer in layers:
        x = layer(x)
    return x


def _picture(x: torch.Tensor) -> str:
    digest = hashlib.sha256(f"{x.dtype} {x.shape}".encode())
    digest.update(_bytes(x))
    return digest.hexdigest()


def register(network: nn.Module, file: str) -> None:
    """Let `network`, fresh from the weights in `file`, keep what its trunk makes of pictures.

    The trunk: its children that are a `nn.Sequential` of convolutions (VGG's features, ResNet's
    four layers); of the last of them, all but the last block, or what stands behind the last
    convolution.
    """
    if any(tensor.is_inference() for tensor in network.state_dict(keep_vars=True).values()):
        return
    kind: Any = type(network)  # mypy takes a module's class for unhashable
    install(kind)
    origin = _Origin()
    trunk = {
        name: child
        for name, child in network.named_children()
        if type(child) is nn.Sequential
        and any(isinstance(layer, nn.Conv2d) for layer in child.modules())
    }
    for name, part in trunk.items():
        layers = list(part)
        last = len(layers)
        if name == list(trunk)[-1]:
            last = max(i for i, layer in enumerate(layers) if list(layer.parameters()))
            last += isinstance(layers[last], nn.Conv2d)
        _starting_with[layers[0]] = _Segment(origin, file, name, layers, last)
    if _size(network) < 2 * sum(map(_size, trunk.values())):
        # To look through the rest, once more, is quicker than to run it.
        _whole[network] = _Segment(origin, file, "", [network], 1)
    for module in network.modules():
        if type(module) is nn.Linear and module.weight.numel() >= LARGE:
            _linear.add(module)
    for tensor in (*network.parameters(), *network.buffers()):
        address = _untyped_storage(tensor).data_ptr()
        _guarded[address] = origin


@functools.cache
def install(kind: Any) -> None:
    """Let modules of `kind` (a network's class), sequences and linear layers look here first."""
    _install_once()
    forward = kind.forward

    @functools.wraps(forward)
    def network_forward(self: nn.Module, x: Any, *args: Any, **kwargs: Any) -> Any:
        segment = _whole.get(self)
        if segment is None or args or kwargs or not _can_be_known(x) or _wants_gradients(self, x):
            return forward(self, x, *args, **kwargs)
        if not segment.known_layers():
            return forward(self, x)
        key = segment.key(1, _picture(x))
        if key not in _logits:
            _keep(_logits, key, forward(self, x).detach().clone())
        return _logits[key].clone()

    kind.forward = network_forward


@functools.cache
def _install_once() -> None:
    sequence_forward: Callable[..., Any] = nn.Sequential.forward
    linear_forward: Callable[..., Any] = nn.Linear.forward

    @functools.wraps(sequence_forward)
    def sequential(self: nn.Sequential, input: Any) -> Any:
        modules = list(self._modules.values())
        segment = _starting_with.get(modules[0]) if modules else None
        if segment is None or not _can_be_known(input):
            return sequence_forward(self, input)
        alike = [one is other for one, other in zip(modules, segment.modules, strict=False)]
        count = min(segment.known_layers(), [*alike, False].index(False))
        if not count:
            return sequence_forward(self, input)
        x = _activation(segment, count, input)
        for layer in modules[count:]:
            x = layer(x)
        return x

    @functools.wraps(linear_forward)
    def linear(self: nn.Linear, input: Any) -> Any:
        if (
            self in _linear
            and torch.is_grad_enabled()
            and _can_be_known(input)
            and input.dim() == 2
            and self.weight.requires_grad
            and type(self.bias) is nn.Parameter
        ):
            return lazy_gradients.Addmm.apply(  # type: ignore[no-untyped-call] # torch's
                input, self.weight, self.bias
            )
        return linear_forward(self, input)

    # Torch's own are replaced, which no type allows.
    nn.Sequential.forward = sequential  # type: ignore[method-assign]
    nn.Linear.forward = linear  # type: ignore[method-assign]
    for name in _ROADS:
        road = getattr(torch.Tensor, name)
        setattr(torch.Tensor, name, _guarding(road))
    for kind in (torch.Tensor, nn.Parameter):
        kind.__deepcopy__ = _only_reading(kind.__deepcopy__)  # type: ignore[method-assign]
    torch.Tensor.data = property(  # type: ignore[assignment]
        _guarding(_data.__get__), _data.__set__, _data.__delete__
    )


def _only_reading(copy: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(copy)
    def reading(self: Any, memo: Any) -> Any:
        global _readers
        _readers += 1
        try:
            return copy(self, memo)
        finally:
            _readers -= 1

    return reading


def _guarding(road: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(road)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        if (
            _guarded
            and not _readers
            and type(self) in (torch.Tensor, nn.Parameter)
            and self.layout is torch.strided
        ):
            try:
                origin = _guarded.get(_untyped_storage(self).data_ptr())
            except (RuntimeError, NotImplementedError):
                origin = None  # it has no memory of its own: a fake or a wrapped tensor
            if origin is not None:
                origin.touched = True
        return road(self, *args, **kwargs)

    return guarded


def _activation(segment: _Segment, count: int, x: torch.Tensor) -> torch.Tensor:
    """What the first `count` layers make of `x`, as part of a graph where it has to be."""
    output = segment.output(count, x)
    parameters = [p for layer in segment.modules[:count] for p in layer.parameters()]
    if torch.is_grad_enabled() and any(one.requires_grad for one in (x, *parameters)):
        layers = segment.modules[:count]
        run = functools.partial(_run, layers)
        # Torch gives `apply` no type.
        made: torch.Tensor = lazy_gradients.Convolution.apply(  # type: ignore[no-untyped-call]
            run, [output], x, *parameters
        )
        return made
    return output


def _keep(memory: OrderedDict[str, torch.Tensor], key: str, output: torch.Tensor) -> torch.Tensor:
    memory[key] = output
    memory.move_to_end(key)
    while len(memory) > KEPT:
        memory.popitem(last=False)
    if memory is _activations:
        for activations in _listeners:
            activations[key] = output
    return output


def _can_be_known(x: object) -> bool:
    """One picture, and nobody who watches how it is computed."""
    return (
        type(x) is torch.Tensor
        and torch._C._get_tracing_state() is None
        and x.dim() > 0
        and len(x) == 1
        and x.device.type == "cpu"
        and x.layout is torch.strided
        and x.dtype is torch.float32
        and not torch.is_autocast_enabled("cpu")
        and torch._C._functorch.peek_interpreter_stack() is None
        and torch.autograd.forward_ad._current_level < 0
        and not torch._C._len_torch_function_stack()
        and not torch._C._len_torch_dispatch_stack()
        and not any(getattr(module_hooks, name, None) for name in _GLOBAL_HOOKS)
    )


def _wants_gradients(network: nn.Module, x: torch.Tensor) -> bool:
    return torch.is_grad_enabled() and (
        x.requires_grad or any(parameter.requires_grad for parameter in network.parameters())
    )


def _content(layers: Sequence[nn.Module]) -> str:
    """A digest of the layers and their weights; made once in a process for each part of a file."""
    digest = hashlib.sha256(repr(layers).encode())
    for layer in layers:
        for tensor in (*layer.parameters(), *layer.buffers()):
            digest.update(_bytes(tensor))
    return digest.hexdigest()


def _bytes(tensor: torch.Tensor) -> memoryview:
    plain = tensor.detach().contiguous().reshape(-1).view(torch.uint8)
    return _numpy(plain).data


_numpy = torch.Tensor.numpy


def _size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@contextmanager
def record() -> Iterator[dict[str, torch.Tensor]]:
    """Within, what trunks make of pictures goes into the dictionary too."""
    activations: dict[str, torch.Tensor] = {}
    _listeners.append(activations)
    try:
        yield activations
    finally:
        _listeners.remove(activations)


def preload(activations: Mapping[str, torch.Tensor]) -> None:
    """Keep what was recorded in another process on such a machine."""
    for key, output in activations.items():
        _keep(_activations, key, output)


def clear(*, answers_only: bool = False) -> None:
    """Keep nothing, as at the start of the process; or only nothing of whole networks."""
    _logits.clear()
    if not answers_only:
        _activations.clear()
