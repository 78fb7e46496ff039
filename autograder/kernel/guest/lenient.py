"""Call a function that stopped once more, with everyday slips forgiven.

A TA who reads such a function pays for all but the slip. Here the slip is mended while it runs, and
the grader takes off what the slip costs (`[mended]` of a lab's `policy.toml`):

- a `return` that was forgotten, or the brackets after a method in it
- a name that is misspelt, or `nn` that was not imported; a folder that is not there
- an argument more or fewer than the task says, or in another order
- a question to whoever sits at the keyboard
- a package that is not there, for whatever does not need it
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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import BuiltinMethodType, FrameType, MethodType
from typing import Any

import numpy

from .absent_packages import stand_ins
from .changed import changed
from .libraries import has_torch

_LIKE = 0.75  # how alike two names are that may be one, misspelt
_MODEL_NAMES = ("model", "network", "net", "cnn")
_STORES = ("STORE_FAST", "STORE_DEREF", "STORE_GLOBAL")
_DEEPEST = 3  # lists in lists, in which a method may stand that was not called


@contextmanager
def lenient(missing: Collection[str] = ()) -> Iterator[None]:
    """Forgive for as long as the block.

    Args:
        missing: packages that were imported and are not there.
    """
    with ExitStack() as stack:
        stack.enter_context(stand_ins(missing))
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
    function: Callable[..., Any],
    arguments: Sequence[object],
    namespace: Mapping[str, object],
    parameters: Sequence[str] = (),
) -> Any:
    """What the function returns; it gets the arguments that it asks for, as it asks for them.

    One that stops nonetheless may have been written for tensors without their batch dimension, or
    for tensors instead of numbers.

    Args:
        parameters: what the task calls the arguments, where that is known.
    """
    return _with_brackets(_tried(function, arguments, namespace, parameters))


def _tried(
    function: Callable[..., Any],
    arguments: Sequence[object],
    namespace: Mapping[str, object],
    parameters: Sequence[str],
) -> Any:
    given = fitted(function, arguments, namespace, parameters)
    try:
        return _with_names(function, given, namespace)
    except Exception:
        tensors = _tensors()
        if tensors is None:
            raise
        for change in (tensors.without_batch_dimension, tensors.number_as_tensor):
            others = given.changed_by(change)
            if any(one is not other for one, other in zip(given.all, others.all, strict=True)):
                with contextlib.suppress(Exception):
                    return _with_names(function, others, namespace)
        raise


def _with_names(function: Callable[..., Any], given: Given, namespace: Mapping[str, object]) -> Any:
    """What it returns; a name that is misspelt, or of a module that is not imported, is known."""
    scope: dict[str, Any] = getattr(function, "__globals__", {})
    added: set[str] = set()
    try:
        while True:
            try:
                return _returned(function, given)
            except NameError as error:
                name = error.name or ""
                own = _locals_at(error, scope)
                meant = _meant(name, function, own, namespace)
                if meant is None or name in added or name in scope:
                    raise
                scope[name] = meant
                added.add(name)
    finally:
        for name in added:
            scope.pop(name, None)


def _locals_at(error: NameError, scope: Mapping[str, object]) -> dict[str, object]:
    """The student's own names where that was raised."""
    own: dict[str, object] = {}
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_globals is scope:
            own = dict(traceback.tb_frame.f_locals)
        traceback = traceback.tb_next
    return own


def _meant(
    name: str,
    function: Callable[..., Any],
    own: Mapping[str, object],
    namespace: Mapping[str, object],
) -> object:
    """What a name that nobody gave a value may stand for; None where nothing is near."""
    modules = _modules()
    if name in modules:
        return modules[name]
    networks = _networks(namespace)
    if name in _MODEL_NAMES and networks:
        used = [one for one in _names(function) if one in networks]
        return networks[(used or list(networks))[-1]]
    for values in (own, namespace):
        if near := difflib.get_close_matches(name, list(values), 1, _LIKE):
            return values[near[0]]
    return None


def _returned(function: Callable[..., Any], given: Given) -> Any:
    """What the function returns; what it assigned last, where its `return` was forgotten."""
    code = getattr(function, "__code__", None)
    if code is None:
        return function(*given.positional, **given.named)
    last: dict[str, object] = {}

    def at_return(frame: FrameType, event: str, value: object) -> None:
        if event == "return" and frame.f_code is code:
            last.update(frame.f_locals)

    sys.setprofile(at_return)
    try:
        value = function(*given.positional, **given.named)
    finally:
        sys.setprofile(None)
    stored = [one for one in dis.get_instructions(code) if one.opname in _STORES]
    if value is not None or not stored:
        return value
    scope = function.__globals__ if stored[-1].opname == "STORE_GLOBAL" else last
    return scope.get(stored[-1].argval)


def _with_brackets(thing: Any, depth: int = 0) -> Any:
    """What a tensor's method gives, where it was named and not called: `return cam.detach`."""
    if type(thing) in (list, tuple) and depth < _DEEPEST:
        return type(thing)(_with_brackets(one, depth + 1) for one in thing)
    if isinstance(thing, BuiltinMethodType | MethodType) and _is_array(thing.__self__):
        with contextlib.suppress(Exception):  # it wants arguments
            return thing()
    return thing


def _is_array(thing: object) -> bool:
    tensors = _tensors()
    return isinstance(thing, numpy.ndarray | numpy.generic) or (
        tensors is not None and tensors.is_tensor(thing)
    )


@dataclass(frozen=True)
class Given:
    """The arguments of one call."""

    positional: tuple[object, ...]
    named: Mapping[str, object] = field(default_factory=dict)

    @property
    def all(self) -> tuple[object, ...]:
        return (*self.positional, *self.named.values())

    def changed_by(self, change: Callable[[object], object]) -> Given:
        named = {name: change(one) for name, one in self.named.items()}
        return Given(tuple(map(change, self.positional)), named)


def fitted(
    function: Callable[..., Any],
    arguments: Sequence[object],
    namespace: Mapping[str, object],
    parameters: Sequence[str] = (),
) -> Given:
    """The task's arguments as the function's own first line asks for them.

    Each goes where its name stands, the others in their order. A network that the task does not
    pass is passed where one is named; one that it passes is left out where none is asked for.
    """
    try:
        takers = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return Given(tuple(arguments))
    if any(taker.kind is taker.VAR_POSITIONAL for taker in takers):
        return Given(tuple(arguments))
    takers = [taker for taker in takers if taker.kind is not taker.VAR_KEYWORD]
    names = parameters if len(parameters) == len(arguments) else map(str, range(len(arguments)))
    left = dict(zip(names, arguments, strict=True))
    found = {taker.name: left.pop(taker.name) for taker in takers if taker.name in left}
    networks = _networks(namespace)
    wanted = [taker.name for taker in takers if taker.default is taker.empty]
    wanted = [name for name in wanted if name not in found]
    extra = len(wanted) - len(left)
    if not any(_names_a_network(name, networks) for name in wanted):
        for name in [name for name, one in left.items() if _is_one_of(one, networks)]:
            if extra < 0:
                del left[name]
                extra += 1
    used = [name for name in _names(function) if name in networks]
    for name in wanted:
        if extra > 0 and networks and _names_a_network(name, networks):
            found[name] = networks.get(name) or networks[(used or list(networks))[-1]]
            extra -= 1
        else:
            found[name] = left.pop(next(iter(left))) if left else namespace.get(name)
    for taker in takers:
        if left and taker.name not in found and taker.kind is not taker.KEYWORD_ONLY:
            found[taker.name] = left.pop(next(iter(left)))
    return _in_place(takers, found)


def _in_place(takers: Sequence[inspect.Parameter], found: Mapping[str, object]) -> Given:
    """By position as far as that goes: not every decorator passes names on."""
    positional: list[object] = []
    for taker in takers:
        if taker.kind is taker.KEYWORD_ONLY or taker.name not in found:
            break
        positional.append(found[taker.name])
    rest = [taker.name for taker in takers[len(positional) :] if taker.name in found]
    return Given(tuple(positional), {name: found[name] for name in rest})


def _names_a_network(name: str, networks: Mapping[str, object]) -> bool:
    return name in networks or name.lower() in _MODEL_NAMES


def _is_one_of(thing: object, networks: Mapping[str, object]) -> bool:
    return any(thing is network for network in networks.values())


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
    if (vision := sys.modules.get("cv2")) is not None:
        read = vision.imread
        yield vision, "imread", lambda file, *given, **named: read(_near(file), *given, **named)


def _near(file: Any) -> Any:
    """A file in the working folder, where the folder that a path names is not there."""
    here = os.path.basename(file) if isinstance(file, str) else ""
    return here if here and not os.path.exists(str(file)) else file
