"""Which of several notebooks a student meant; `camlab collect` and `camlab grade` choose alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from nbformat import NotebookNode

from autograder.submission.matching import plain_words
from autograder.submission.parse import NotANotebookError, parse_notebook

# What holds files and is not opened; `camlab collect` opens zips.
_ARCHIVES = (
    ".rar",
    ".7z",
    ".tar",
    ".gz",
    ".tgz",
    ".bz2",
    ".xz",
    ".zst",
    ".lz",
    ".zip",
    ".z01",
    ".001",
)
CHECKPOINTS = ".ipynb_checkpoints"
NOISE = ("__MACOSX", ".DS_Store", "Thumbs.db", CHECKPOINTS, ".git", ".svn", "__pycache__")
# lab09 (1), lab09-2, lab09-Copy1, lab09 - Copy, lab09_copy, Copy of lab09, and Explorer's in French
_COPY = r"(?:copy of |kopie von )?{lab}(?:[ _-]*(?:copy|kopie|copie)?[ _-]*\(?(\d{{0,4}})\)?)"


@dataclass(frozen=True)
class Candidate:
    """A file that may be the notebook."""

    path: str  # relative, with slashes
    read: Callable[[], bytes]  # its content; may raise OSError


@dataclass(frozen=True)
class Choice:
    """The notebook that was meant, or, where nobody can tell, all that it could be."""

    chosen: Candidate | None
    left: tuple[Candidate, ...]  # other notebooks

    @property
    def unclear(self) -> str:
        """Why nothing was chosen."""
        names = ", ".join(candidate.path for candidate in self.left[:5])
        return f"there is more than one notebook, and nobody can tell which is meant: {names}"


def is_noise(path: str) -> bool:
    """Whether a file is one that programs leave behind."""
    return any(part in NOISE or part.startswith("._") for part in path.split("/"))


def is_checkpoint(path: str) -> bool:
    """Whether a file is the copy that Jupyter keeps of a notebook: of an earlier state, perhaps."""
    *folders, name = path.split("/")
    inside = [folder for folder in folders if folder != CHECKPOINTS]
    return (
        len(inside) < len(folders)
        and name.endswith(".ipynb")
        and not is_noise("/".join((*inside, name)))
    )


def is_archive(path: str) -> bool:
    """Whether a file is called as archives are: a notebook may lie in it."""
    return path.lower().endswith(_ARCHIVES)


def notebook_candidates(files: Sequence[Candidate]) -> list[Candidate]:
    """The notebooks among files: by name, else whatever holds one (`lab09.ipynb.txt`)."""
    files = [file for file in files if not is_noise(file.path)]
    named = [file for file in files if file.path.lower().endswith(".ipynb")]
    return named or [file for file in files if _may_hold_a_notebook(file)]


def choose_notebook(
    candidates: Sequence[Candidate], lab: str, release: NotebookNode | None
) -> Choice:
    """Choose the required name, or a copy of it; but never a blank notebook before a worked one.

    Of two that are equally near and hold different work nobody can tell.

    Args:
        candidates: what `notebook_candidates` gave; at least one.
        lab: the notebook's name, without `.ipynb`.
        release: the student release, by which a blank notebook is known; None: none is.
    """
    if len(candidates) == 1:
        return Choice(candidates[0], ())
    worked = [one for one in candidates if is_worked(one, release)]
    ranked = sorted(worked or candidates, key=lambda one: _rank(one.path, lab))
    # Among those of the right name the nearest counts; a name that is a guess is no better nearer.
    same = 3 if _rank(ranked[0].path, lab)[0] <= _COPIES else 2
    best = [
        one for one in ranked if _rank(one.path, lab)[:same] == _rank(ranked[0].path, lab)[:same]
    ]
    told = len(best) == 1 or len({_work(one) for one in best}) == 1
    chosen = best[0] if told else None
    left = tuple(one for one in candidates if one is not chosen)
    return Choice(chosen, left)


_COPIES = 2  # the rank of the required name's copies; those before it are the name itself


def name_rank(path: str, lab: str) -> tuple[int, int]:
    """How near a file's name is to the required one, and minus the number of the copy."""
    stem = _stem(PurePosixPath(path).name)
    if stem == lab:
        return 0, 0
    if stem.casefold() == lab.casefold():
        return 1, 0
    copy = re.fullmatch(_COPY.format(lab=re.escape(lab)), stem, re.IGNORECASE)
    if copy is not None:
        return _COPIES, -int(copy[1] or 0)
    return 3 if lab.casefold() in re.sub(r"[ _-]", "", stem.casefold()) else 4, 0


def _stem(name: str) -> str:
    for ending in (".ipynb.txt", ".ipynb.json", ".ipynb", ".json", ".txt"):
        if name.lower().endswith(ending):
            return name[: -len(ending)].strip()
    return name


def _rank(path: str, lab: str) -> tuple[int, int, int, str]:
    return (*name_rank(path, lab), path.count("/"), path)


def is_worked(candidate: Candidate, release: NotebookNode | None) -> bool:
    """Whether a notebook can be read and holds anything that is not the release's."""
    content = _content(candidate)
    try:
        cells = parse_notebook(content).cells if content is not None else []
    except NotANotebookError:
        return False
    given = {plain_words(cell.source) for cell in release.cells} if release else set()
    return any(plain_words(cell.source) not in {"", *given} for cell in cells)


def _work(candidate: Candidate) -> Hashable:
    """What two notebooks of the same work have in common, whatever they showed when they ran."""
    content = _content(candidate)
    try:
        return tuple(cell.source for cell in parse_notebook(content or b"").cells)
    except NotANotebookError:
        return content


def _may_hold_a_notebook(candidate: Candidate) -> bool:
    if not candidate.path.lower().endswith((".txt", ".json", ".ipynb_", ".ipynb.download")):
        return False
    content = _content(candidate)
    try:
        cells = parse_notebook(content).cells if content is not None else []
    except NotANotebookError:
        return False
    return bool(cells) or (content is not None and ".ipynb" in candidate.path.lower())


def _content(candidate: Candidate) -> bytes | None:
    try:
        return candidate.read()
    except OSError:
        return None
