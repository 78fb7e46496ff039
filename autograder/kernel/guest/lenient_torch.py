"""What `lenient` forgives where torch is loaded: tensors, graphs, networks, devices.

- `.numpy()` of a tensor that carries its graph; two precisions in one operation
- `no_grad` around what needs a graph; a tensor that is no leaf, or was not told to keep a gradient
- an array of numpy's where a tensor is wanted
- the tuple of `autograd.grad` taken for its only entry; a graph that was used up
- the batch dimension forgotten or one index too many for it; [C] beside [C, h, w]
- a GPU that is not there
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy
import torch
from torch import nn
from torch.nn.modules import module as modules
from torch.overrides import TorchFunctionMode

from .changed import changed

MODULES = {"nn": nn, "F": nn.functional, "torch": torch}
_REFUSALS = (RuntimeError, TypeError, IndexError, ValueError, AssertionError)


@contextmanager
def lenient_with_tensors() -> Iterator[None]:
    """Forgive for as long as the block."""
    with ExitStack() as stack:
        for owner, name, value in _changes():
            stack.enter_context(changed(owner, name, value))
        handles = [
            modules.register_module_forward_pre_hook(_keep_gradients_of_input),
            modules.register_module_forward_hook(_keep_gradients_of_output),
        ]
        for handle in handles:
            stack.callback(handle.remove)
        stack.enter_context(torch.enable_grad())
        stack.enter_context(_Forgiving())
        yield


def networks_of(namespace: Mapping[str, object]) -> dict[str, object]:
    """The networks among these globals."""
    return {name: it for name, it in namespace.items() if isinstance(it, nn.Module)}


def is_tensor(thing: object) -> bool:
    return isinstance(thing, torch.Tensor)


def without_batch_dimension(thing: Any) -> object:
    return thing[0] if isinstance(thing, torch.Tensor) and thing.ndim and len(thing) == 1 else thing


def number_as_tensor(thing: object) -> object:
    return torch.tensor(thing) if type(thing) is int else thing


def _changes() -> Iterator[tuple[object, str, object]]:
    """What is another thing while the block lasts."""
    to_numpy, grad = torch.Tensor.numpy, torch.autograd.grad
    backward: Callable[..., Any] = torch.Tensor.backward
    to_module: Callable[..., Any] = nn.Module.to
    switch = torch._C._set_grad_enabled
    yield torch.Tensor, "numpy", lambda self, **named: to_numpy(self.detach(), **named)
    yield torch._C, "_set_grad_enabled", lambda mode: switch(True)
    yield torch.inference_mode, "__enter__", lambda self: None
    yield torch.inference_mode, "__exit__", lambda self, *_: None
    yield torch.autograd, "grad", lambda *given, **named: _sole(grad(*given, **_keeping(named)))
    yield torch.Tensor, "backward", lambda *given, **named: backward(*given, **_keeping(named))
    for name in ("mean", "sum", "amax", "std"):
        yield torch.Tensor, name, _in_numpys_words(getattr(torch.Tensor, name))
    yield torch.Tensor, "cuda", lambda self, *_, **__: self
    yield nn.Module, "cuda", lambda self, *_, **__: self
    yield nn.Module, "to", lambda self, *given, **named: to_module(self, *map(_here, given))


def _keep_gradients_of_input(module: nn.Module, inputs: tuple[object, ...]) -> None:
    for tensor in inputs:
        if not getattr(module, "inplace", False) and not _is_picture(tensor):
            _keep_gradient(tensor)


def _keep_gradients_of_output(module: nn.Module, inputs: object, output: object) -> None:
    _keep_gradient(output)


def _is_picture(tensor: object) -> bool:
    """Nobody differentiates by pixels here, and transforms are modules too."""
    return isinstance(tensor, torch.Tensor) and (tensor.ndim < 2 or 3 in tensor.shape[:2])


def _keep_gradient(tensor: object) -> None:
    if not isinstance(tensor, torch.Tensor) or not tensor.is_floating_point():
        return
    with contextlib.suppress(RuntimeError):
        if tensor.is_leaf:
            tensor.requires_grad_()
        else:
            tensor.retain_grad()


class _Sole(tuple[Any, ...]):
    """A tuple of one tensor, which may also be taken for that tensor."""

    def __getattr__(self, name: str) -> object:
        return getattr(tuple.__getitem__(self, 0), name)

    @classmethod
    def __torch_function__(
        cls,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        return func(*map(_taken_out, args), **(kwargs or {}))


def _operation(name: str) -> Callable[..., Any]:
    return lambda self, *others: getattr(self[0], name)(*map(_taken_out, others))


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "matmul", "neg", "abs"):
    setattr(_Sole, f"__{_name}__", _operation(f"__{_name}__"))


def _sole(gradients: tuple[Any, ...]) -> tuple[Any, ...]:
    return _Sole(gradients) if len(gradients) == 1 else gradients


def _taken_out(thing: object) -> object:
    return thing[0] if isinstance(thing, _Sole) else thing


def _keeping(named: Mapping[str, Any]) -> dict[str, Any]:
    """A graph may be gone through twice."""
    return {**named, "retain_graph": True}


def _in_numpys_words(method: Callable[..., Any]) -> Callable[..., Any]:
    """`np.mean(tensor, axis=…)` calls the tensor's own method and says `out=None`, too."""

    def called(self: torch.Tensor, *given: Any, **named: Any) -> Any:
        return method(self, *given, **{k: v for k, v in named.items() if v is not None})

    return called


def _here(device: object) -> object:
    return "cpu" if str(device).startswith(("cuda", "mps")) else device


class _Forgiving(TorchFunctionMode):
    """An operation that is refused is tried again as it may have been meant."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        try:
            return func(*args, **kwargs)
        except _REFUSALS:
            named = {name: _here(value) for name, value in kwargs.items()}
            for meant in _MEANT:
                others = meant(func, args)
                if others is not None:
                    with contextlib.suppress(*_REFUSALS):
                        return func(*others, **named)
            raise


def _as_tensors(func: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Numpy's arrays where torch wants its own."""
    if not any(isinstance(one, numpy.ndarray) for one in args):
        return None
    with contextlib.suppress(*_REFUSALS):  # of words, of objects
        return tuple(torch.from_numpy(a) if isinstance(a, numpy.ndarray) else a for a in args)
    return None


def _at_home(func: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    here = tuple(map(_here, args)) if all(not isinstance(a, torch.Tensor) for a in args[1:]) else ()
    return here if here and any(a is not b for a, b in zip(here, args, strict=True)) else None


def _without_graph(func: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """`np.asarray(tensor)` and the like."""
    if getattr(func, "__name__", "") not in ("__array__", "numpy", "tolist"):
        return None
    return (args[0].detach(), *args[1:])


def _one_precision(func: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    kinds = {a.dtype for a in _tensors(args)}
    if len(kinds) < 2 or "getitem" in getattr(func, "__name__", ""):
        return None
    return tuple(_each(args, lambda tensor: tensor.float()))


def _lined_up(func: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """[C] and [C, h, w]: the first dimensions are meant to be the same."""
    if len(args) != 2 or not all(isinstance(a, torch.Tensor) for a in args):
        return None
    one, other = args
    for few, many in ((one, other), (other, one)):
        start = 1 if many.ndim == 4 and few.ndim and few.shape[0] == many.shape[1] else 0
        end = start + few.ndim
        if 0 < few.ndim < many.ndim and few.shape == many.shape[start:end]:
            longer = few.reshape(few.shape + (1,) * (many.ndim - end))
            return (longer, other) if few is one else (one, longer)
    return None


def _without_batch(func: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """One index too many or too few for a dimension of size 1 in front."""
    if getattr(func, "__name__", "") != "__getitem__" or not isinstance(args[0], torch.Tensor):
        return None
    tensor, index = args[0], args[1]
    if isinstance(index, tuple) and len(index) > tensor.ndim and index[0] in (0, slice(None)):
        return tensor, index[1:]
    return (tensor[0], index) if tensor.ndim and tensor.shape[0] == 1 else None


_MEANT = (_at_home, _as_tensors, _without_graph, _one_precision, _lined_up, _without_batch)


def _tensors(args: Sequence[object]) -> list[torch.Tensor]:
    found = []
    for one in args:
        if isinstance(one, torch.Tensor):
            found.append(one)
        elif isinstance(one, tuple | list):
            found += _tensors(one)
    return [tensor for tensor in found if tensor.is_floating_point()]


def _each(args: Sequence[object], change: Callable[[torch.Tensor], torch.Tensor]) -> list[object]:
    changed: list[object] = []
    for one in args:
        if isinstance(one, torch.Tensor) and one.is_floating_point():
            changed.append(change(one))
        else:
            changed.append(_each_part(one, change))
    return changed


def _each_part(one: object, change: Callable[[torch.Tensor], torch.Tensor]) -> object:
    if type(one) is tuple:
        return tuple(_each(one, change))
    return _each(one, change) if type(one) is list else one
