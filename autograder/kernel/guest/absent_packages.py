"""Stand-ins for packages that grading does not have.

A function may name one and not need it: for an annotation, a decorator, a word printed. What is
computed with a stand-in is no answer.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Collection, Iterator
from contextlib import contextmanager


@contextmanager
def stand_ins(names: Collection[str]) -> Iterator[None]:
    """Within, packages of these names can be imported, if there are none."""
    finder = _Finder(frozenset(names))
    sys.meta_path.append(finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name, it in sys.modules.items() if type(it) is _Module]:
            del sys.modules[name]


class _StandIn:
    """May be called, indexed, asked for anything; as a decorator it leaves what it decorates."""

    def __call__(self, *given: object, **named: object) -> object:
        alone = len(given) == 1 and not named
        plain = isinstance(given[0], types.FunctionType | type) if alone else False
        return given[0] if plain else self

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # nobody is to take it for a tensor, or the like
            raise AttributeError(name)
        return self

    def __getitem__(self, index: object) -> object:
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __enter__(self) -> object:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class _Module(types.ModuleType):
    __all__ = ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Asked last: what is there is found before."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in self.names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass
