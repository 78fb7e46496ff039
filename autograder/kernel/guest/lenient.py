"""Call a function that stopped once more, with everyday slips forgiven.

A TA who reads such a function pays for all but the slip. Here the slip is mended while it runs, and
the grader takes off what the slip costs (`[mended]` of a lab's `policy.toml`):

- `.numpy()` of a tensor that carries its graph; two precisions in one operation
- `no_grad` around what needs a graph; a tensor that is no leaf, or was not told to keep a gradient
- the tuple of `autograd.grad` taken for its only entry
- the batch dimension forgotten or one index too many for it; [C] beside [C, h, w]
- a `return` that was forgotten
- a name that is misspelt, or `nn` that was not imported; a folder that is not there
- a graph that was used up; a GPU that is not there; an argument more or fewer than the task says
- a question to whoever sits at the keyboard

Nothing here knows an answer. All changes end with the block.
"""

from __future__ import annotations

import builtins
import contextlib
import difflib
import dis
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import numpy
import torch
from PIL import Image
from torch import nn
from torch.nn.modules import module as modules
from torch.overrides import TorchFunctionMode

_MODULES = {"np": numpy, "nn": nn, "F": nn.functional, "torch": torch}
_LIKE = 0.75  # how alike two names are that may be one, misspelt
_MODEL_NAMES = ("model", "network", "net", "cnn")
_REFUSALS = (RuntimeError, TypeError, IndexError, ValueError, AssertionError)


@contextmanager
def lenient() -> Iterator[None]:
    """Forgive for as long as the block."""
    with ExitStack() as stack:
        for owner, name, changed in _changes():
            stack.enter_context(_changed(owner, name, changed))
        handles = [
            modules.register_module_forward_pre_hook(_keep_gradients_of_input),
            modules.register_module_forward_hook(_keep_gradients_of_output),
        ]
        for handle in handles:
            stack.callback(handle.remove)
        stack.enter_context(torch.enable_grad())
        stack.enter_context(_Forgiving())
        yield


def call(
    function: Callable[..., Any], arguments: Sequence[object], namespace: Mapping[str, object]
) -> Any:
    """What the function returns; it gets the arguments that it asks for, where they are more.

    One that stops nonetheless may have been written for tensors without their batch dimension, or
    for tensors instead of numbers.
    """
    given = _fitted(function, arguments, namespace)
    try:
        return _with_names(function, given, namespace)
    except Exception:
        for change in (_without_batch_dimension, _number_as_tensor):
            others = list(map(change, given))
            if any(one is not other for one, other in zip(given, others, strict=True)):
                with contextlib.suppress(Exception):
                    return _with_names(function, others, namespace)
        raise


def _without_batch_dimension(thing: Any) -> object:
    return thing[0] if isinstance(thing, torch.Tensor) and thing.ndim and len(thing) == 1 else thing


def _number_as_tensor(thing: object) -> object:
    return torch.tensor(thing) if type(thing) is int else thing


def _with_names(
    function: Callable[..., Any], arguments: Sequence[object], namespace: Mapping[str, object]
) -> Any:
    """What it returns; a name that is misspelt, or of a module that is not imported, is known."""
    scope: dict[str, Any] = getattr(function, "__globals__", {})
    added: set[str] = set()
    try:
        while True:
            try:
                return _returned(function, arguments)
            except NameError as error:
                name = error.name or ""
                meant = _meant(name, function, arguments, namespace)
                if meant is None or name in added or name in scope:
                    raise
                scope[name] = meant
                added.add(name)
    finally:
        for name in added:
            scope.pop(name, None)


def _meant(
    name: str,
    function: Callable[..., Any],
    arguments: Sequence[object],
    namespace: Mapping[str, object],
) -> object:
    """What a name that nobody gave a value may stand for; None where nothing is near."""
    if name in _MODULES:
        return _MODULES[name]
    own = inspect.signature(function).parameters if inspect.isfunction(function) else ()
    values = {**namespace, **dict(zip(own, arguments, strict=False))}
    networks = [it for it in namespace.values() if isinstance(it, nn.Module)]
    if name in _MODEL_NAMES and networks:
        used = [
            namespace[one] for one in _names(function) if isinstance(namespace.get(one), nn.Module)
        ]
        return (used or networks)[-1]
    near = difflib.get_close_matches(name, list(values), 1, _LIKE)
    return values[near[0]] if near else None


def _returned(function: Callable[..., Any], arguments: Sequence[object]) -> Any:
    """What the function returns; what it assigned last, where its `return` was forgotten."""
    code = getattr(function, "__code__", None)
    if code is None:
        return function(*arguments)
    last: dict[str, object] = {}

    def at_return(frame: FrameType, event: str, value: object) -> None:
        if event == "return" and frame.f_code is code:
            last.update(frame.f_locals)

    sys.setprofile(at_return)
    try:
        value = function(*arguments)
    finally:
        sys.setprofile(None)
    stored = [one.argval for one in dis.get_instructions(code) if one.opname == "STORE_FAST"]
    return last.get(stored[-1]) if value is None and stored else value


def _fitted(
    function: Callable[..., Any], arguments: Sequence[object], namespace: Mapping[str, object]
) -> list[object]:
    """One argument for each that has no default: networks where it names one, then the task's."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return list(arguments)
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    wanted = [p for p in positional if p.default is p.empty]
    if any(p.kind is p.VAR_POSITIONAL for p in parameters) or len(wanted) == len(arguments):
        return list(arguments)
    if len(wanted) < len(arguments):
        return list(arguments[: max(len(wanted), min(len(positional), len(arguments)))])
    networks = {name: it for name, it in namespace.items() if isinstance(it, nn.Module)}
    used = [name for name in _names(function) if name in networks]
    left = list(arguments)
    given: list[object] = []
    extra = len(wanted) - len(arguments)
    for parameter in wanted:
        name = parameter.name
        if extra and networks and (name in networks or name.lower() in _MODEL_NAMES):
            given.append(networks.get(name) or networks[(used or list(networks))[-1]])
            extra -= 1
        elif left:
            given.append(left.pop(0))
        else:
            given.append(namespace.get(name))
    return given


def _names(function: Callable[..., Any]) -> Sequence[str]:
    """The global names that it mentions; none of an object that is called."""
    return getattr(getattr(function, "__code__", None), "co_names", ())


def _changes() -> Iterator[tuple[object, str, object]]:
    """What is another thing while the block lasts."""
    to_numpy, grad = torch.Tensor.numpy, torch.autograd.grad
    backward: Callable[..., Any] = torch.Tensor.backward
    open_image = Image.open
    to_module: Callable[..., Any] = nn.Module.to
    switch = torch._C._set_grad_enabled
    yield torch.Tensor, "numpy", lambda self, **named: to_numpy(self.detach(), **named)
    yield torch._C, "_set_grad_enabled", lambda mode: switch(True)
    yield torch.inference_mode, "__enter__", lambda self: None
    yield torch.inference_mode, "__exit__", lambda self, *_: None
    yield torch.autograd, "grad", lambda *given, **named: _sole(grad(*given, **_keeping(named)))
    yield torch.Tensor, "backward", lambda *given, **named: backward(*given, **_keeping(named))
    yield builtins, "input", lambda prompt="": ""
    yield Image, "open", lambda file, *given, **named: open_image(_near(file), *given, **named)
    for name in ("mean", "sum", "amax", "std"):
        yield torch.Tensor, name, _in_numpys_words(getattr(torch.Tensor, name))
    yield torch.Tensor, "cuda", lambda self, *_, **__: self
    yield nn.Module, "cuda", lambda self, *_, **__: self
    yield nn.Module, "to", lambda self, *given, **named: to_module(self, *map(_here, given))


@contextmanager
def _changed(owner: Any, name: str, value: object) -> Iterator[None]:
    had = name in vars(owner)
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if had:
            setattr(owner, name, before)
        else:
            delattr(owner, name)


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


def _near(file: Any) -> Any:
    """A file in the working folder, where the folder that a path names is not there."""
    here = os.path.basename(file) if isinstance(file, str) else ""
    return here if here and not os.path.exists(str(file)) else file


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
            for meant in (_at_home, _without_graph, _one_precision, _lined_up, _without_batch):
                others = meant(func, args)
                if others is not None:
                    with contextlib.suppress(*_REFUSALS):
                        return func(*others, **named)
            raise


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
