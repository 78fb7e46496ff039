"""Makes mutants of a function by itself: one small change of its syntax tree each."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import camlab_solutions
from autograder.answers import Answer
from autograder.judging import AnswerGrader
from autograder.judging.hints import misfit
from autograder.judging.plain_form import plain_form
from tests.graders.answering import Classroom

Change = Callable[[ast.AST], Iterator[ast.AST]]

_OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult,),
}
# Methods, attributes and functions that are easily taken for each other.
_SWAPS = {
    "sum": ("mean", "amax", "amin", "prod"),
    "mean": ("sum", "amax"),
    "relu": ("abs", "sigmoid", "neg", "tanh"),
    "softmax": ("log_softmax", "sigmoid", "softmin"),
    "topk": ("sort",),
    "indices": ("values",),
    "values": ("indices",),
    "layer4": ("layer3", "layer2", "avgpool"),
    "weight": ("bias",),
    "eval": ("train",),
    "features": ("avgpool", "classifier"),
    "classifier": ("features",),
    "load_resnet": ("load_vgg",),
    "load_vgg": ("load_resnet",),
}


# Each task's functions in `camlab_solutions`, and how the notebook's own names stand in for theirs.
PARTS = {
    "predict": ("predict",),
    "get_resnet_features": ("get_resnet_features",),
    "compute_cam": ("compute_cam",),
    "compute_gradcam": ("get_vgg_features", "gradcam_before_relu", "compute_gradcam"),
}
GIVEN = """
from __future__ import annotations
load_resnet = lambda: resnet
load_vgg = lambda: vgg19
load_classes = lambda: classes
from torch import Tensor, nn
from camlab_solutions.images import ImageFile
"""
SAME = 1e-2  # of the tolerance: below, a mutant changed nothing but rounding


@dataclass(frozen=True)
class Mutant:
    """One mutant, judged."""

    task: str
    change: str
    changed: bool  # whether an answer differs from the reference's
    full: bool  # whether it got full marks


def judge_mutants(
    classroom: Classroom, answer_grader: AnswerGrader, reference: Mapping[str, Answer]
) -> list[Mutant]:
    """All mutants of the reference that are still functions."""
    made = []
    for task, names in PARTS.items():
        source = "\n\n".join(_code(getattr(camlab_solutions, name)) for name in names)
        made += [(task, change, f"{GIVEN}\n{text}") for change, text in mutants(source)]
    answered = classroom.answers_to_all([(task, text) for task, _, text in made])
    found = []
    for (task, change, _), (answers, errors) in zip(made, answered, strict=True):
        if errors:
            continue  # it is no function any more
        mark = next(mark for mark in answer_grader.marks(answers) if mark.task == task)
        changed = any(
            answer.failure is not None
            or misfit(plain_form(answer.value), plain_form(reference[key].value)) > SAME
            for key, answer in answers.items()
        )
        found.append(Mutant(task, change, changed, mark.status == "full"))
    return found


def _code(function: object) -> str:
    """The source without its docstring, which has nothing to mutate."""
    text = inspect.getsource(function)
    head, _, rest = text.partition('    """')
    return head + rest.partition('"""')[2].lstrip("\n")


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """(what was changed, the changed source), for each place and change once."""
    tree = ast.parse(source)
    for place, node in enumerate(ast.walk(tree)):
        for changed in _changes(node):
            copied = copy.deepcopy(tree)
            target = list(ast.walk(copied))[place]
            text = ast.unparse(_Replace(target, changed).visit(copied))
            line = getattr(node, "lineno", 0)
            yield f"line {line}: {_short(node)} -> {_short(changed)}", text


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(value=str(value)) if "->" in value:
            yield from _subscripts(value)
        case ast.Constant(value=str(value)) if value in _SWAPS:
            yield from (ast.Constant(other) for other in _SWAPS[value])
        case ast.Attribute(attr=name) if name in _SWAPS:
            yield from (ast.Attribute(node.value, other, node.ctx) for other in _SWAPS[name])
        case ast.Name(id=name, ctx=ast.Load()) if name in _SWAPS and name.startswith("load"):
            yield from (ast.Name(other, node.ctx) for other in _SWAPS[name])
        case ast.BinOp(op=operator) if type(operator) in _OPERATORS:
            for other in _OPERATORS[type(operator)]:
                yield ast.BinOp(node.left, other(), node.right)
            yield node.left
            yield node.right
        case ast.Tuple(elts=parts, ctx=ast.Load()) if len(parts) > 1:
            for place in range(len(parts)):
                yield ast.Tuple([*parts[:place], *parts[place + 1 :]], ast.Load())
            yield ast.Tuple(parts[::-1], ast.Load())
        case ast.Call(func=ast.Attribute(value=inner), args=arguments):
            if not (isinstance(inner, ast.Name) and inner.id in ("F", "torch", "models")):
                yield inner  # the call is left out
            elif len(arguments) == 1:
                yield arguments[0]
            if arguments:
                yield ast.UnaryOp(ast.USub(), node)
            if len(arguments) == 2 and not any(isinstance(one, ast.Constant) for one in arguments):
                yield ast.Call(node.func, arguments[::-1], node.keywords)
            for keyword in node.keywords:
                others = [other for other in node.keywords if other is not keyword]
                yield ast.Call(node.func, arguments, others)
        case ast.Subscript(value=value, ctx=ast.Load()):
            yield value
        case ast.Name(id="label", ctx=ast.Load()):
            yield ast.BinOp(node, ast.Add(), ast.Constant(1))
            yield ast.BinOp(node, ast.Sub(), ast.Constant(1))
            yield ast.Constant(281)
        case ast.Name(id="weight" | "gradient" | "alpha" | "x" | "logits", ctx=ast.Load()):
            yield ast.UnaryOp(ast.USub(), node)
            yield ast.Call(ast.Attribute(node, "abs", ast.Load()), [], [])
            yield ast.BinOp(node, ast.Mult(), ast.Constant(2))
            yield ast.BinOp(node, ast.Add(), ast.Constant(1))
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=others):
            yield ast.Compare(left, [ast.NotEq()], others)
        case ast.Break():
            yield ast.Pass()


def _subscripts(text: str) -> Iterator[ast.Constant]:
    """Other results of an einsum: its last two letters exchanged, one of them left out."""
    left, _, right = text.partition("->")
    if len(right) > 1:
        yield ast.Constant(f"{left}->{right[::-1]}")
        yield ast.Constant(f"{left}->{right[0]}")
        yield ast.Constant(f"{left}->{right[1]}")
    first, _, second = left.partition(",")
    if len(second) > 1:
        yield ast.Constant(f"{first},{second[:-2]}{second[-1]}{second[-2]}->{right}")
        yield ast.Constant(f"{second},{first}->{right}")


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, changed: ast.AST) -> None:
        self._target = target
        self._changed = copy.deepcopy(changed)

    def visit(self, node: ast.AST) -> ast.AST:
        return self._changed if node is self._target else super().visit(node)


def _short(node: ast.AST) -> str:
    text = ast.unparse(node) if not isinstance(node, ast.Module) else "module"
    return text if len(text) < 50 else text[:47] + "..."
