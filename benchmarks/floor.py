"""The floor: a submission's cells and questions in a bare Python process that is warm already.

Run as `python -m benchmarks.floor NOTEBOOK COURSE COUNT`; prints the seconds of each round as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat

from autograder.lab import Global, Picture, Questions, Tensor


def measure_floor(notebook: Path, course: Path, rounds: int) -> list[float]:
    """Seconds of each round, in a process of its own; a first round warms up, uncounted."""
    command = [sys.executable, "-m", "benchmarks.floor", notebook, course, str(rounds + 1)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=Path(__file__).parents[1],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)[1:]


def main() -> None:
    import shutil
    import tempfile

    import torch

    from autograder.course import find_course
    from autograder.kernel.guest.accelerations import activation_cache
    from autograder.labs.lab09.trusted_networks import networks

    notebook_path, course_path, rounds = sys.argv[1:]
    notebook = nbformat.read(notebook_path, as_version=4)
    course = find_course(Path(course_path))
    questions = course.lab.make_questions(course.source, course.secret())
    _hand_out_loaded_networks()
    with activation_cache.record() as inherited:
        for network in networks():
            with torch.no_grad():
                for picture in torch.from_numpy(course.lab.preloaded.pictures(course.source)):
                    network(picture[None])
    shell = _shell()
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for name in course.lab.files:
            shutil.copy(course.source / name, folder)
        for name, picture in questions.pictures.items():
            Path(folder, name).write_bytes(picture)
        os.chdir(folder)
        for _ in range(int(rounds)):
            activation_cache.clear()
            activation_cache.preload(inherited)
            started = time.perf_counter()
            _run_cells(shell, notebook)
            _ask(shell, questions)
            seconds.append(time.perf_counter() - started)
            shell.reset(new_session=True)
        os.chdir("/")
    print(json.dumps(seconds))


def _hand_out_loaded_networks() -> None:
    """The notebook's calls of torchvision's builders get networks that are loaded already."""
    import torch
    from torchvision import models

    from autograder.labs.lab09.trusted_networks import networks

    torch.set_num_threads(1)
    resnet, vgg = networks()
    models.resnet18 = lambda **options: resnet
    models.vgg19 = lambda **options: vgg


def _shell():
    """An IPython shell in this process, which draws figures as a kernel does."""
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib_inline import backend_inline

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    backend_inline.configure_inline_support(shell, "module://matplotlib_inline.backend_inline")
    return shell


def _run_cells(shell, notebook: nbformat.NotebookNode) -> None:
    from IPython.utils.capture import capture_output

    drawn = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            with capture_output() as captured:
                result = shell.run_cell(cell.source)
            result.raise_error()
            drawn += sum("image/png" in output.data for output in captured.outputs)
    if not drawn:
        raise RuntimeError("no figure was drawn: this floor would be too low")


def _ask(shell, questions: Questions) -> None:
    import torch

    from autograder.kernel.guest.accelerations.activation_cache import preload

    preload({key: torch.from_numpy(look) for key, look in questions.activations.items()})
    namespace = shell.user_ns

    def value(argument):
        match argument:
            case Global(name):
                return namespace[name]
            case Picture(name):
                return name
            case Tensor(name):
                return torch.from_numpy(questions.arrays[name].copy())
        return argument.value

    for question in questions.questions:
        namespace[question.function](*map(value, question.arguments))


if __name__ == "__main__":
    main()
