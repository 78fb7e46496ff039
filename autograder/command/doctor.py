"""What a machine has, what Camlab uses of it, and what is missing (`camlab doctor`)."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from autograder.assets.weights import find_weights
from autograder.errors import CamlabError
from autograder.kernel import choose_sandbox


@dataclass(frozen=True)
class Diagnosis:
    """One line of the doctor's report."""

    ok: bool
    what: str
    advice: str = ""


def findings() -> Iterator[Diagnosis]:
    """Look at this machine, and say what to do about what is missing."""
    names = ("torch", "torchvision", "nbgrader", "jupyterlab")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    yield Diagnosis(True, f"Python {platform.python_version()}, {versions}")
    yield Diagnosis(True, f"{os.cpu_count()} processors")
    yield _sandbox()
    yield _weights()
    yield _browser()


def _sandbox() -> Diagnosis:
    choice = choose_sandbox("auto")
    advice = "" if choice.kind == "bwrap" else "Students' code is less well contained here."
    return Diagnosis(choice.kind == "bwrap", f"sandbox: {choice.kind} ({choice.why})", advice)


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
