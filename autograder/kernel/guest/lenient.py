"""Call a function that stopped once more, with everyday slips forgiven.

A TA who reads such a function pays for all but the slip. Here the slip is mended while it runs, and
the grader takes off what the slip costs (`[mended]` of a lab's `policy.toml`):

- a `return` that was forgotten
- a name that is misspelt, or `nn` that was not imported; a folder that is not there
- an argument more or fewer than the task says; a question to whoever sits at the keyboard
- what `lenient_torch` knows of tensors

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

from .changed import changed
from .libraries import has_torch

_LIKE = 0.75  # how alike two names are that may be one, misspelt
_MODEL_NAMES = ("model", "network", "net", "cnn")


@contextmanager
def lenient() -> Iterator[None]:
    """Forgive for as long as the block."""
    with ExitStack() as stack:
        for owner, name, value in _changes():
            stack.enter_context(changed(owner, name, value))
        if tensors := _tensors():
            stack.enter_context(tensors.lenient_with_tensors())
        yield


def _tensors() -> Any:
    """`lenient_torch`; None where nobody has loaded torch."""
    if not has_torch():
        return None
    from . import lenient_torch

    return lenient_torch


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
        tensors = _tensors()
        if tensors is None:
            raise
        for change in (tensors.without_batch_dimension, tensors.number_as_tensor):
            others = list(map(change, given))
            if any(one is not other for one, other in zip(given, others, strict=True)):
                with contextlib.suppress(Exception):
                    return _with_names(function, others, namespace)
        raise


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
    modules = _modules()
    if name in modules:
        return modules[name]
    own = inspect.signature(function).parameters if inspect.isfunction(function) else ()
    values = {**namespace, **dict(zip(own, arguments, strict=False))}
    networks = _networks(namespace)
    if name in _MODEL_NAMES and networks:
        used = [one for one in _names(function) if one in networks]
        return networks[(used or list(networks))[-1]]
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
    networks = _networks(namespace)
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


def _modules() -> dict[str, object]:
    """Modules by the names that everybody gives them."""
    tensors = _tensors()
    return {"np": numpy, **(tensors.MODULES if tensors else {})}


def _networks(namespace: Mapping[str, object]) -> dict[str, Any]:
    tensors = _tensors()
    return tensors.networks_of(namespace) if tensors else {}


def _names(function: Callable[..., Any]) -> Sequence[str]:
    """The global names that it mentions; none of an object that is called."""
    return getattr(getattr(function, "__code__", None), "co_names", ())


def _changes() -> Iterator[tuple[object, str, object]]:
    """What is another thing while the block lasts."""
    yield builtins, "input", lambda prompt="": ""
    if (image := sys.modules.get("PIL.Image")) is not None:
        open_image = image.open
        yield image, "open", lambda file, *given, **named: open_image(_near(file), *given, **named)


def _near(file: Any) -> Any:
    """A file in the working folder, where the folder that a path names is not there."""
    here = os.path.basename(file) if isinstance(file, str) else ""
    return here if here and not os.path.exists(str(file)) else file
