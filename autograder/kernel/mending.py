"""A notebook as its author may have meant it, for a function that stopped or was never defined.

What is mended is what a TA reads over: a bracket or a colon that is missing, a quote or a space as
web pages and other keyboards have them, the `raise` of a stub, a function under another name, a
line that stops a cell above its functions, a part of the lab that was left empty.
Nothing of it is an answer: what is asked there is judged, and the mark says what the slip cost.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.answers import Answer, Scalar, has_method
from autograder.cell_code import parse, parsed
from autograder.cell_names import names_of
from autograder.cells import is_given, name_of
from autograder.kernel.cell_calls import quiet_given_cells
from autograder.kernel.cell_needs import needed_cells

_TRIES = 4  # places in one cell where its text is mended
_LIKE = 0.75  # how alike two names are that may be one, misspelt


# Signs of Python that pages, chats and text processors write in another way.
_TYPED = str.maketrans(
    {
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "×": "*",
        "÷": "/",
        "…": "...",
    }
)

_NOT_WRITTEN = re.compile(r"^([ \t]+)raise NotImplementedError\b[^\n;]*$", re.MULTILINE)

NOTHING = Scalar(None, "NoneType")  # a `return` may have been forgotten


def may_be_mended(answer: Answer) -> bool:
    """Whether a slip may be the reason why there is no answer."""
    if answer.value is not None:
        return answer.value == NOTHING or has_method(answer.value)
    return answer.failure is not None and answer.failure.kind in ("raised", "not-defined")


def released_parameters(release: NotebookNode) -> dict[str, tuple[str, ...]]:
    """What each function that is handed out calls its arguments."""
    definitions = (
        node
        for cell in release.cells
        if cell.cell_type == "code" and (tree := parsed(cell.source)) is not None
        for node in tree.body
    )
    return {
        node.name: tuple(one.arg for one in (*node.args.posonlyargs, *node.args.args))
        for node in definitions
        if isinstance(node, ast.FunctionDef)
    }


def mended_notebook(
    notebook: NotebookNode,
    function: str,
    others: Collection[str],
    parts: Mapping[str, str],
    stopped: Collection[int],
    asked: Collection[str] = (),
) -> NotebookNode | None:
    """The cells that the function needs, mended; None where there is no such function.

    Args:
        others: global names that whoever calls the function passes to it.
        parts: for each part of the lab that may be left empty, a cell that fills it then.
        stopped: the indices of cells that raised.
        asked: the functions of all tasks; none of them stands for another.
    """
    mended = copy.deepcopy(notebook)
    own = [
        (index, cell)
        for index, cell in enumerate(mended.cells)
        if cell.cell_type == "code" and not is_given(cell)
    ]
    for _, cell in own:
        cell.source = _begun_text(mended_text(cell.source))
    if not any(function in names_of(cell.source).binds for _, cell in own):
        name = _meant(function, [cell for _, cell in own], asked)
        if name is None:
            return None
        mended.cells.append(new_code_cell(f"{function} = {name}"))
    needed = needed_cells(mended.cells, function)
    read = {name for index in needed for name in names_of(mended.cells[index].source).reads}
    filling = [text for name, text in parts.items() if name in read]
    names = {name for text in filling for name in names_of(text).reads}
    own_needs = needed_cells(mended.cells, function, (*others, *sorted(names)))
    kept = sorted({*own_needs, *quiet_given_cells(mended.cells, asked)})
    cells: list[NotebookNode] = []
    for index in kept:
        cell = mended.cells[index]
        cells += _apart(cell) if index in stopped and not is_given(cell) else [cell]
    alias = cells.pop() if kept and kept[-1] == len(notebook.cells) else None
    mended.cells = [*cells, *map(new_code_cell, filling), *([alias] if alias else [])]
    return mended


def mended_text(source: str) -> str:
    """The text with slips of typing set right, one after the other; as it was if that fails."""
    text = source
    for _ in range(_TRIES):
        try:
            parse(text)
            return text
        except SyntaxError as error:
            changed = _mended_line(text.split("\n"), error)
            if changed is None:
                return source
            text = "\n".join(changed)
        except (ValueError, RecursionError, MemoryError):
            return source
    with contextlib.suppress(SyntaxError):
        parse(text)
        return text
    return source


def _begun_text(source: str) -> str:
    """The text without the lines of a stub that say that it is none yet."""
    return _NOT_WRITTEN.sub(r"\1pass", source)


def _mended_line(lines: list[str], error: SyntaxError) -> list[str] | None:
    place = (error.lineno or 0) - 1
    if not 0 <= place < len(lines):
        return None
    line, said = lines[place], error.msg
    code = line.split("#")[0].rstrip()
    if match := re.match(r"'([\[({])' was never closed", said):
        closing = {"(": ")", "[": "]", "{": "}"}[match[1]]
        colon = code.endswith(":") and code.lstrip().startswith(("def", "if", "for", "while"))
        lines[place] = f"{code[:-1]}{closing}:" if colon else code + closing
    elif match := re.match(r"unmatched '(.)'", said):
        at = (error.offset or 1) - 1
        lines[place] = line[:at] + line[at + 1 :]
    elif said.startswith("expected ':'") or (said == "invalid syntax" and _lacks_colon(code)):
        lines[place] = code + ":"
    elif said.startswith(("invalid character", "invalid non-printable character")):
        typed = [_typed(one) for one in lines]
        return None if typed == lines else typed
    elif said.startswith("unterminated string literal"):
        quote, end = line[(error.offset or 1) - 1], len(line.rstrip(" )]}:,"))
        lines[place] = line[:end] + quote + line[end:]
    elif line.lstrip().startswith("```"):
        lines[place] = ""  # a fence of Markdown's, copied with the code
    elif isinstance(error, TabError):
        spaced = [one.expandtabs(4) for one in lines]
        return None if spaced == lines else spaced
    elif isinstance(error, IndentationError):
        before = next((one for one in reversed(lines[:place]) if one.strip()), "")
        deeper = 4 if before.split("#")[0].rstrip().endswith(":") else 0
        indent = len(before) - len(before.lstrip()) + deeper
        lines[place] = " " * indent + line.lstrip()
    else:
        return None
    return lines


def _typed(line: str) -> str:
    """The line with signs that only look like those of a keyboard typed anew."""
    return "".join(sign if sign.isascii() else _typed_sign(sign) for sign in line.translate(_TYPED))


def _typed_sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Zs", "Cf"):
        return " " if category == "Zs" else ""  # a space of another kind, or one of no width
    plain = unicodedata.normalize("NFKC", sign)  # the wide signs of Chinese and Japanese keyboards
    return plain if len(plain) == 1 and plain.isascii() else sign


def _lacks_colon(code: str) -> bool:
    words = ("def ", "for ", "while ", "if ", "else", "elif ", "with ", "class ")
    return code.lstrip().startswith(words) and not code.endswith(":")


def _meant(function: str, cells: list[NotebookNode], asked: Collection[str]) -> str | None:
    """The function that stands where this one should, or whose name is nearly the same."""
    there: list[str] = []
    elsewhere: list[str] = []
    for cell in cells:
        names = [name for name in _functions(cell.source) if name not in asked]
        (there if name_of(cell) == function else elsewhere).extend(names)
    plain = {name: name.lower().replace("_", "") for name in (*there, *elsewhere)}
    like = difflib.get_close_matches(
        function.replace("_", ""), list(plain.values()), n=1, cutoff=_LIKE
    )
    if like:
        return next(name for name, flat in plain.items() if flat == like[0])
    return there[-1] if there else None


def _functions(source: str) -> Iterator[str]:
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        for node in parse(source).body:
            if isinstance(node, ast.FunctionDef):
                yield node.name


def _apart(cell: NotebookNode) -> list[NotebookNode]:
    """One cell for each statement: what one of them raises keeps no other from running."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        return [new_code_cell(ast.unparse(node)) for node in parse(cell.source).body]
    return [cell]
