"""Build a network whose weights are assigned afterwards, without making up first ones.

On torch's meta device nothing would be made up either, but torch works out the shapes of that with
its compiler, whose loading takes a second.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_FILLING = {torch.Tensor.normal_, torch.Tensor.uniform_, torch.Tensor.fill_, torch.Tensor.zero_}


class Unfilled(TorchFunctionMode):
    """In this block, what would fill a tensor with first values leaves it as it is."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in _FILLING or getattr(func, "__module__", "") == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)
