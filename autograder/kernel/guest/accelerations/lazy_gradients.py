"""Gradients of large weights, computed when somebody asks for them.

A Grad-CAM goes backwards from a score to a feature map. At home torch computes the gradients of
half a gigabyte of weights on the way, and nobody looks at them. Here `backward()` notes what they
would be made of; whoever reads `.grad` of such a parameter finds it there. Wherever anything else
is asked for (`autograd.grad` of weights, a graph of the gradient itself, a hook on a parameter),
they are computed at once; where `autograd.grad` asks for others, they are not, as in torch.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

_Tensors = Sequence[torch.Tensor]
_grad: Any = torch.Tensor.grad  # on the class: what reads and writes it
_installed = False


class _Pending:
    """Gradients that were asked of `backward()` and are not computed yet."""

    def __init__(self, parameters: _Tensors, compute: Callable[[], _Tensors]) -> None:
        self.parameters = {id(parameter): parameter for parameter in parameters}
        self.order = list(self.parameters)
        self.compute = compute

    def settle(self) -> None:
        with torch.inference_mode(False), torch.no_grad():
            gradients = dict(zip(self.order, self.compute(), strict=True))
            for key, parameter in self.parameters.items():
                before = _grad.__get__(parameter)
                gradient = gradients[key]
                _grad.__set__(parameter, gradient if before is None else before + gradient)


_pending: list[_Pending] = []


def defer(node: object, parameters: _Tensors, compute: Callable[[], _Tensors]) -> bool:
    """Note the gradients of `parameters` for later; False where they are wanted now.

    Args:
        node: the node of the graph that runs, whose inputs the parameters are.
        parameters: those that are `wanted`.
        compute: gives their gradients, in this order.
    """
    if torch.is_grad_enabled():  # of a graph of gradients
        return False
    if any(
        parameter._backward_hooks or getattr(parameter, "_post_accumulate_grad_hooks", None)
        for parameter in parameters
    ):
        return False
    leaves = _leaves(node)
    try:
        for parameter in parameters:  # raises where `autograd.grad` wants the gradient itself
            torch._C._will_engine_execute_node(leaves[id(parameter)])
    except (RuntimeError, KeyError):
        return False
    install()
    _pending.append(_Pending(parameters, compute))
    return True


def wanted(node: object, tensors: _Tensors) -> list[torch.Tensor]:
    """Those whose gradients this pass is after; `autograd.grad` of others leaves weights out.

    Args:
        node: the node of the graph that runs, whose inputs the tensors are.
    """
    leaves = _leaves(node)
    return [one for one in tensors if one.requires_grad and _is_wanted(leaves.get(id(one)))]


def _is_wanted(leaf: Any) -> bool:
    if leaf is None:
        return True
    try:
        return bool(torch._C._will_engine_execute_node(leaf))
    except RuntimeError:  # `autograd.grad` asks for this very one
        return True


def _leaves(node: Any) -> dict[int, Any]:
    """What takes in the gradient of each tensor that is an input of the node and a leaf."""
    functions = [function for function, _ in node.next_functions if hasattr(function, "variable")]
    return {id(function.variable): function for function in functions}


def discard(parameters: _Tensors) -> None:
    """Their gradients are set to None: what is noted for them will not be asked for."""
    gone = set(map(id, parameters))
    for pending in list(_pending):
        for key in gone & pending.parameters.keys():
            del pending.parameters[key]
        if not pending.parameters:
            _pending.remove(pending)


def install() -> None:
    """From now on, reading `.grad` of a parameter computes what is noted for it."""
    global _installed
    if _installed:
        return
    _installed = True

    def read(self: nn.Parameter) -> torch.Tensor | None:
        if _pending:
            for pending in [one for one in _pending if id(self) in one.parameters]:
                _pending.remove(pending)
                pending.settle()
        return _grad.__get__(self)

    def write(self: nn.Parameter, value: torch.Tensor | None) -> None:
        discard([self])
        _grad.__set__(self, value)

    def delete(self: nn.Parameter) -> None:
        discard([self])
        _grad.__delete__(self)

    # Torch's own are replaced, which no type allows.
    nn.Parameter.grad = property(read, write, delete)  # type: ignore[assignment]
    nn.Module.zero_grad = _discarding(  # type: ignore[method-assign]
        nn.Module.zero_grad, lambda module: module.parameters()
    )
    torch.optim.Optimizer.zero_grad = _discarding(  # type: ignore[method-assign]
        torch.optim.Optimizer.zero_grad,
        lambda optimizer: [p for group in optimizer.param_groups for p in group["params"]],
    )


def _discarding(
    zero_grad: Callable[..., Any], parameters: Callable[..., Any]
) -> Callable[..., Any]:
    @functools.wraps(zero_grad)
    def zero(self: Any, set_to_none: bool = True, *args: Any, **kwargs: Any) -> Any:
        if set_to_none and _pending:
            discard(list(parameters(self)))
        return zero_grad(self, set_to_none, *args, **kwargs)

    return zero


@contextmanager
def _without_hooks(parameters: _Tensors) -> Iterator[None]:
    """Within, no hook on a parameter runs: it will when the gradient arrives there."""
    hooks = [one._backward_hooks for one in parameters if one._backward_hooks]
    held = [dict(one) for one in hooks]
    for one in hooks:
        one.clear()
    try:
        yield
    finally:
        for one, content in zip(hooks, held, strict=True):
            one.update(content)


class Addmm(torch.autograd.Function):
    """`F.linear` of one row, whose weights' gradients can wait."""

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor
    ) -> torch.Tensor:
        ctx.save_for_backward(x, weight, bias)
        return F.linear(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        x, weight, bias = ctx.saved_tensors
        parameters = wanted(ctx, (weight, bias))
        given = gradient @ weight if ctx.needs_input_grad[0] else None

        def compute() -> _Tensors:
            made: dict[int, Callable[[], torch.Tensor]] = {
                id(weight): lambda: gradient.t() @ x,
                id(bias): lambda: gradient.sum(0),
            }
            return [made[id(one)]() for one in parameters]

        if not parameters or defer(ctx, parameters, compute):
            return given, None, None
        gradients = dict(zip(map(id, parameters), compute(), strict=True))
        return given, gradients.get(id(weight)), gradients.get(id(bias))


class Convolution(torch.autograd.Function):
    """What layers made of a picture, known already; backwards they run once more."""

    @staticmethod
    def forward(
        ctx: Any,
        run: Callable[[torch.Tensor], torch.Tensor],
        known: list[torch.Tensor],
        x: torch.Tensor,
        *parameters: torch.Tensor,
    ) -> torch.Tensor:
        ctx.run = run
        ctx.save_for_backward(x, *parameters)
        [output] = known  # in a list: it is no input of the graph
        return output

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        x, *parameters = ctx.saved_tensors
        run = ctx.run
        needed = wanted(ctx, (x, *parameters))
        of_parameters = [one for one in needed if one is not x]

        def compute(tensors: _Tensors, create_graph: bool = False) -> _Tensors:
            with torch.enable_grad(), _without_hooks(parameters):
                given = x.view_as(x) if create_graph else x.detach().requires_grad_(x.requires_grad)
                inputs = [given if one is x else one for one in tensors]
                return torch.autograd.grad(
                    run(given), inputs, gradient, create_graph=create_graph, allow_unused=True
                )

        if of_parameters and defer(ctx, of_parameters, lambda: compute(of_parameters)):
            needed = [one for one in needed if one is x]
        gradients = compute(needed, torch.is_grad_enabled()) if needed else ()
        made = dict(zip(map(id, needed), gradients, strict=True))
        return (None, None, *(made.get(id(one)) for one in (x, *parameters)))


# As a tensor's `grad_fn` is called where it is printed.
for _function in (Addmm, Convolution):
    _function._backward_cls.__name__ = f"{_function.__name__}Backward0"
