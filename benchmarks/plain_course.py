"""The lab as a plain nbgrader course has it: the hidden tests are asserts in its test cells."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from benchmarks.measuring import Measured, measure
from benchmarks.scratch_course import PROGRAMS, ScratchCourse, torch_home

# Stock, but for what the lab needs at all (its written answer carries a marking scheme) and for
# time limits: nbgrader's own, 30 and 4 seconds, cut honest submissions off on a busy machine.
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "plain"
c.ClearMarkScheme.enforce_metadata = False
c.ExecutePreprocessor.timeout = 600
c.ExecutePreprocessor.iopub_timeout = 120
"""

ASSERTS = {
    "test_predict": """
for name in ("cat.jpg", "boat.jpg"):
    with torch.no_grad():
        expected, labels = torch.softmax(resnet(process_input(name))[0], dim=0).topk(5)
    answer = predict(resnet, name)
    assert len(answer) == 5
    assert [guess[1] for guess in answer] == labels.tolist()
    assert [guess[0] for guess in answer] == [classes[label] for label in labels.tolist()]
    assert np.allclose([guess[2] for guess in answer], expected.numpy(), rtol=1e-3)
""",
    "test_get_resnet_features": """
for name in ("cat.jpg", "boat.jpg"):
    with torch.no_grad():
        expected = torch.nn.Sequential(*list(resnet.children())[:-2])(process_input(name))
    answer = get_resnet_features(name)
    assert answer.shape == (1, 512, 7, 7)
    assert torch.allclose(answer, expected, rtol=1e-3, atol=1e-4)
""",
    "test_compute_cam": """
for name in ("cat.jpg", "boat.jpg"):
    with torch.no_grad():
        X = torch.nn.Sequential(*list(resnet.children())[:-2])(process_input(name))
        for label in (281, 814, 3):
            expected = (resnet.fc.weight[label][:, None, None] * X[0]).sum(dim=0)
            answer = compute_cam(X, label)
            assert answer.shape == (7, 7)
            assert torch.allclose(answer, expected, rtol=1e-3, atol=1e-3)
""",
    "test_compute_gradcam": """
for name, labels in (("cat.jpg", (281, 285)), ("boat.jpg", (814, 3))):
    for label in labels:
        with torch.no_grad():
            X = vgg19.features(process_input(name))
        X.requires_grad_()
        z = vgg19.classifier(torch.flatten(vgg19.avgpool(X), 1))[0, label]
        gradient, = torch.autograd.grad(z, X)
        expected = F.relu((gradient.sum(dim=(2, 3), keepdim=True) * X).sum(dim=1))[0].detach()
        answer = compute_gradcam(name, label)
        assert answer.shape == (7, 7)
        assert torch.allclose(answer, expected, rtol=1e-3, atol=1e-3 * float(expected.max()))
""",
}

_HIDDEN = re.compile(r"(### BEGIN HIDDEN TESTS\n).*?(### END HIDDEN TESTS)", re.DOTALL)


class PlainCourse:
    """A stock course in `root` that grades the submissions of `scratch`."""

    def __init__(self, root: Path, scratch: ScratchCourse) -> None:
        self.root = root
        self.lab = scratch.course.lab
        source = root / "source" / self.lab.name
        shutil.copytree(scratch.course.source, source)
        _put_asserts(source / self.lab.notebook_name)
        (root / "nbgrader_config.py").write_text(CONFIG)
        self._everyone = scratch.course.root / "everyone"
        self._nbgrader("generate_assignment", "--assignment", self.lab.name, graded="release")

    def autograde(self, students: Sequence[str], memory: bool = False) -> Measured:
        """`nbgrader autograde`, measured; every submission must get full marks."""
        submitted = self.root / "submitted"
        shutil.rmtree(submitted, ignore_errors=True)
        for student in students:
            shutil.copytree(self._everyone / student, submitted / student)
        words = ("autograde", "--assignment", self.lab.name)
        measured = self._nbgrader(*words, graded="autograded", memory=memory)
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "plain") as gradebook:
            for student in students:
                score = gradebook.find_submission(self.lab.name, student).score
                if score != self.full_marks:
                    raise RuntimeError(f"stock nbgrader gives {student} {score} points")
        return measured

    @property
    def full_marks(self) -> float:
        return sum(task.points for task in self.lab.tasks if task.by_machine)

    def _nbgrader(self, *words: str, graded: str, memory: bool = False) -> Measured:
        environment = torch_home() | {"PATH": f"{PROGRAMS}:/usr/local/bin:/usr/bin:/bin"}
        command = [sys.executable, "-m", "nbgrader", *words]
        return measure(command, self.root, self.root / graded, environment, memory=memory)


def _put_asserts(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in ASSERTS:
            asserts = ASSERTS[grade_id].lstrip()
            cell.source, count = _HIDDEN.subn(
                lambda found, a=asserts: found[1] + a + found[2], cell.source
            )
            if count != 1:
                raise RuntimeError(f"{grade_id}: no hidden tests to replace")
    nbformat.write(notebook, path)
