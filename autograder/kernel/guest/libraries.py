"""What is done to a library as soon as it is loaded, by the fork server or by a notebook.

The fork server loads a lab's libraries for all of its children. What else a notebook imports is
loaded when it asks, and is treated alike.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable
from importlib.machinery import ModuleSpec
from typing import Any


def load(names: Iterable[str]) -> None:
    """Import these, and see to those that anybody imports later."""
    if not any(isinstance(finder, _Preparing) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Preparing())
    for name in names:
        importlib.import_module(name)


def has_torch() -> bool:
    """Whether torch is loaded; a student's own file of that name is not."""
    return hasattr(sys.modules.get("torch"), "Tensor")


def _prepare_torch(torch: Any) -> None:
    """What would make torch quicker on a machine of the student's own is passed by here.

    Submissions share the processors: more threads than one would wait for each other, ten times as
    long and longer. Compiling takes longer than what it saves, and gives the same numbers.
    """
    if not has_torch():
        return
    torch.set_num_threads(1)
    torch.manual_seed(0)
    torch.set_num_threads = torch.set_num_interop_threads = lambda number: None
    os.environ["TORCHDYNAMO_DISABLE"] = "1"


def _prepare_cv2(cv2: Any) -> None:
    """Nobody looks at a screen here: what opens a window or waits for a key is passed by."""
    if not hasattr(cv2, "imshow"):
        return  # OpenCV loads itself in two steps, and this was the first
    cv2.setNumThreads(1)
    for name in ("namedWindow", "imshow", "destroyWindow", "destroyAllWindows"):
        setattr(cv2, name, lambda *args, **named: None)
    cv2.waitKey = lambda *args, **named: -1  # as when no key was pressed


_PREPARE = {"torch": _prepare_torch, "cv2": _prepare_cv2}


class _Preparing:
    """A finder that finds nothing itself: it prepares what others found, once it is loaded."""

    def __init__(self) -> None:
        self._asking = False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in _PREPARE or self._asking:
            return None
        self._asking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._asking = False
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_prepare(module: Any) -> None:
                execute(module)
                _PREPARE[name](module)

            spec.loader.exec_module = execute_and_prepare  # type: ignore[method-assign] # of this one
        return spec
