"""What a machine has, what Camlab uses of it, and what is missing (`camlab doctor`)."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from autograder.assets.weights import find_weights
from autograder.command.reference_access import who_could_import
from autograder.course import find_course
from autograder.errors import CamlabError
from autograder.kernel.advice import what_to_do
from autograder.kernel.sandbox_selection import NONE, attack, kinds_to_try, obstacle
from autograder.kernel.shown import refuse_private

# What grading has besides torch: a submission that imports another package cannot be run here.
FOR_STUDENTS = (
    "numpy", "matplotlib", "pillow", "opencv-python-headless", "scipy", "pandas", "einops", "tqdm",
    "scikit-image", "seaborn", "ipywidgets",
)  # fmt: skip


@dataclass(frozen=True)
class Diagnosis:
    """One line of the doctor's report."""

    ok: bool
    what: str
    advice: str = ""
    fatal: bool = False  # nothing should be graded like that


def findings(wanted: str = "auto") -> Iterator[Diagnosis]:
    """Look at this machine, and say what to do about what is missing.

    Args:
        wanted: the sandbox to attack; "auto": the one that this machine gets.

    Raises:
        CamlabError: there is no sandbox of that name.
    """
    kinds = kinds_to_try(wanted)
    names = ("torch", "torchvision", "nbgrader", "jupyterlab")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    yield Diagnosis(True, f"Python {platform.python_version()}, {versions}")
    packages = ", ".join(f"{name} {version(name)}" for name in FOR_STUDENTS)
    yield Diagnosis(True, f"students may import {packages}")
    yield Diagnosis(True, f"{os.cpu_count()} processors")
    yield from _sandbox(kinds)
    yield _shown()
    yield _reference()
    yield _weights()
    yield _browser()


def _sandbox(kinds: tuple[str, ...]) -> Iterator[Diagnosis]:
    """The first of these that holds here, attacked anew; one line for each attack."""
    troubles: dict[str, str] = {}
    for kind in kinds:
        troubles[kind] = "no walls" if kind == NONE else obstacle(kind)
        if troubles[kind]:
            continue
        try:
            trials = attack(kind, _course_folder())
        except CamlabError as error:
            troubles[kind] = str(error).partition("\n")[0].rstrip(".")
            continue
        open_ones = [trial for trial in trials if not trial.stopped]
        troubles[kind] = ", ".join(trial.attack.name for trial in open_ones)
        yield Diagnosis(not open_ones, f"sandbox: {kind}, attacked here:", fatal=bool(open_ones))
        for trial in trials:
            text = "stopped" if trial.stopped else f"NOT STOPPED ({trial.got})"
            yield Diagnosis(trial.stopped, f"  {trial.attack.name}: {text}")
        if not open_ones:
            for weaker, trouble in troubles.items():
                if trouble:
                    yield Diagnosis(True, f"  not {weaker}: {trouble}")
            return
    for kind, trouble in troubles.items():
        yield Diagnosis(False, f"sandbox {kind}: {trouble}")
    yield Diagnosis(
        False,
        "students' code has no walls on this machine: camlab grade and nbgrader autograde refuse",
        f"{what_to_do(troubles)} Or say --sandbox none.",
        fatal=True,
    )


def _shown() -> Diagnosis:
    folder = _course_folder()
    try:
        refuse_private([folder] if folder else [])
    except CamlabError as error:
        return Diagnosis(False, "what the sandbox shows", str(error), fatal=True)
    return Diagnosis(True, "the sandbox shows neither the course folder nor a home")


def _reference() -> Diagnosis:
    package = find_spec("camlab_solutions")
    assert package is not None and package.origin is not None  # it comes with Camlab
    people = who_could_import(Path(package.origin).parent)
    if not people:
        return Diagnosis(True, "nobody else on this machine can import the reference")
    names = ", ".join(people[:5]) + (" …" if len(people) > 5 else "")
    return Diagnosis(
        False,
        f"these people of this machine can import the reference: {names}",
        "Install Camlab into an environment that only staff may enter (chmod 750), and let "
        "students' kernels run in another.",
    )


def _course_folder() -> Path | None:
    try:
        return find_course().root
    except CamlabError:
        return None


def _weights() -> Diagnosis:
    try:
        weights = find_weights()
    except CamlabError as error:
        return Diagnosis(False, "weights", str(error))
    what = {"imagenet": "ImageNet's", "stand-in": "stand-ins, not ImageNet's"}[weights.kind]
    advice = "" if weights.kind == "imagenet" else "With a network: camlab assets"
    return Diagnosis(True, f"weights: {what}, in {weights.torch_home}", advice)


def _browser() -> Diagnosis:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    advice = "" if found else "Only the browser tests need it: sudo apt-get install chromium"
    return Diagnosis(bool(found), f"Chromium: {found or 'not found'}", advice)
