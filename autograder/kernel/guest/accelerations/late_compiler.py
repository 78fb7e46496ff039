"""Import torchvision without torch's compiler, whose loading takes a second.

One line of torchvision (`ops/roi_align.py`) imports one function of it, for networks that find
objects. torch itself loads its compiler when somebody compiles.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_NAME = "torch._dynamo.utils"


@contextmanager
def loaded_when_used() -> Iterator[None]:
    """In this block, imports that only mention torch's compiler do not load it."""
    if _NAME in sys.modules:
        yield
        return
    sys.modules[_NAME] = mentioned = _Mentioned(_NAME)
    try:
        yield
    finally:
        if sys.modules.get(_NAME) is mentioned:
            del sys.modules[_NAME]


class _Mentioned(ModuleType):
    """Stands for the module until something else than that one function is wanted of it."""

    @staticmethod
    def is_compile_supported(device_type: Any) -> Any:
        return importlib.import_module(_NAME).is_compile_supported(device_type)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # the import system looks whether it is a package
        if sys.modules.get(_NAME) is self:
            del sys.modules[_NAME]
        return getattr(importlib.import_module(_NAME), name)
