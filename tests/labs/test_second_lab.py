"""A course with three assignments: lab 09, the example of a second lab, and a plain one."""

from __future__ import annotations

import csv
import shutil
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.assets.weights import find_weights
from autograder.command.init import init_course
from autograder.course import Course, find_course
from autograder.demo import make_class
from autograder.environment import environment
from autograder.errors import CamlabError
from autograder.gradebook.marks import class_marks
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.lab import SampleStudent
from autograder.release import make_releases
from autograder.report.exports.choice import default_target, export_marks_to
from autograder.report.exports.export import export_names
from autograder.report.exports.gradescope_package import export_gradescope_package
from autograder.report.feedback_files import write_report
from autograder.report.marks_file import export_marks_file
from autograder.report.written_answers import written_answers
from autograder.storage.versions import code_digest
from tests.command.following import follow

LAB09_STUDENTS = (
    SampleStudent("ada", "everything right"),
    SampleStudent("alan", "the release untouched", blank=True),
)


@pytest.fixture(scope="module")
def root(course, releases, tmp_path_factory):
    """What `camlab init --example` makes, with lab 09 released as elsewhere and a plain `ps1`."""
    folder = tmp_path_factory.mktemp("three") / "course"
    init_course(folder, example=True)
    shutil.copytree(course.root / "release", folder / "release")
    shutil.copytree(course.root / ".camlab", folder / ".camlab")
    _write_plain_assignment(folder)
    return folder


@pytest.fixture(scope="module")
def lab10(root) -> Course:
    """The second lab, released, with its sample class graded by `camlab grade`."""
    lab10 = find_course(root, "lab10")
    made = make_releases(lab10)
    notebooks = [
        nbformat.read(folder / "lab10.ipynb", as_version=4)
        for folder in (made.student, made.solution)
    ]
    make_class(lab10.lab.sample_class(), lab10.lab, *notebooks, lab10.submitted)
    return lab10


@pytest.fixture(scope="module")
def graded(lab10):
    return grade_class(lab10, lab10.submitted, GradingOptions(jobs=2))


def test_tasks_points_and_grade_ids_are_the_notebooks(lab10):
    tasks = [(task.name, task.points, task.grader) for task in lab10.lab.tasks]
    assert tasks == [
        ("convolve", 3.0, "test_convolve.py"),
        ("max_pool", 2.0, "test_max_pool.py"),
        ("equivariance", 1.0, None),
    ]


def test_a_lab_of_one_folder_is_graded_with_hints(graded):
    scores = {row.student: [mark.points for mark in row.tasks] for row in graded.submissions}
    assert scores == {"ada": [3, 2, 0], "alan": [0, 0, 0], "yann": [1, 2, 0]}
    yann = next(row for row in graded.submissions if row.student == "yann")
    assert [hint.mistake for hint in yann.tasks[0].hints] == ["kernel-flipped"]
    assert graded.weights == "none"


def test_pages_exports_and_marks_are_kept_by_lab(lab10, graded):
    marks = class_marks(lab10.lab, graded, lab10.database_url)
    assert write_report(lab10, marks).name == "class-lab10.html"
    assert lab10.results.name == "results-lab10.json"
    for kind in export_names():
        written = export_marks_to(kind, marks, default_target(kind, lab10))
        assert "lab10" in written.name
    answers = lab10.out / "answers.csv"
    assert export_marks_file(lab10.database_url, lab10.lab, answers, written_answers(lab10)) == 3
    page = (lab10.out / "feedback" / "yann" / "lab10" / "lab10.html").read_text()
    assert "turned around" in page
    assert "stand-in" not in page


def test_gradescopes_package_holds_the_lab(lab10, graded, tmp_path):
    package = export_gradescope_package(lab10, tmp_path / "package.zip")
    names = set(zipfile.ZipFile(package).namelist())
    assert {
        "camlab/labs/lab10/lab.py",
        "camlab/labs/lab10/graders/test_convolve.py",
        "camlab/source/lab10/lab10.ipynb",
        "camlab/autograder/lab.py",
        "camlab/setup.py",
    } <= names


def test_an_edit_of_one_lab_makes_nothing_of_another_anew(root, lab10, graded):
    questions = root / ".camlab" / "questions"
    before = {path: path.stat().st_mtime_ns for path in questions.iterdir()}
    assert len(before) >= 2, "lab 09's and lab 10's"
    reference = root / "labs" / "lab10" / "reference.py"
    text = reference.read_text()
    reference.write_text(text + "\n# changed\n")
    code_digest.cache_clear()  # as in another process
    try:
        grade_class(find_course(root, "lab10"), lab10.submitted, GradingOptions(jobs=2))
        after = {path: path.stat().st_mtime_ns for path in questions.iterdir()}
    finally:
        reference.write_text(text)
        code_digest.cache_clear()
    assert {path: after[path] for path in before} == before
    assert len(after) > len(before)


def test_the_reference_of_any_lab_is_searched_for_in_its_release(root, lab10):
    source = lab10.source / "lab10.ipynb"
    text = source.read_text()
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[
        1
    ].source += "\nwindows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)"
    nbformat.write(notebook, source)
    try:
        with pytest.raises(CamlabError, match="holds code of the reference"):
            make_releases(find_course(root, "lab10"), only_diff=True)
    finally:
        source.write_text(text)


def test_an_unknown_lab_is_a_sentence(root):
    with pytest.raises(CamlabError, match=r"no lab called lab11 .* there are: lab09, lab10"):
        find_course(root, "lab11")


def test_stock_nbgrader_grades_three_assignments_into_one_gradebook(root, course, lab10, graded):
    lab09 = find_course(root, "lab09")
    notebooks = [
        nbformat.read(folder / "lab09.ipynb", as_version=4)
        for folder in (lab09.student_release, lab09.solution_release)
    ]
    make_class(LAB09_STUDENTS, lab09.lab, *notebooks, lab09.submitted)
    shutil.copytree(root / "source" / "ps1", lab09.submitted / "ada" / "ps1")
    steps = ("generate_assignment", "autograde", "generate_feedback")
    target = root / "grades.csv"
    commands = [
        *(
            ("nbgrader", step, assignment, "--force")
            for assignment in ("lab09", "lab10", "ps1")
            for step in steps
        ),
        ("nbgrader", "export", "--to", str(target)),
    ]
    with environment(TORCH_HOME=str(find_weights().torch_home)):
        for command, ran in follow(root, commands, "lab09").items():
            assert ran.code == 0, f"{command}\n{ran.err}"
    assert _scores(lab09) == {
        ("lab09", "ada"): 8.0,
        ("lab09", "alan"): 0.0,
        ("lab10", "ada"): 5.0,
        ("lab10", "alan"): 0.0,
        ("lab10", "yann"): 3.0,
        ("ps1", "ada"): 1.0,
    }
    page = (root / "feedback" / "ada" / "ps1" / "ps1.html").read_text()
    assert "half_of" in page
    with target.open() as file:
        assert {line["assignment"] for line in csv.DictReader(file)} == {"lab09", "lab10", "ps1"}


def _write_plain_assignment(root) -> None:
    """Three cells that nbgrader alone understands."""

    def marked(grade_id: str, **roles: bool) -> dict:
        kinds = {"grade": False, "solution": False, "locked": False, "task": False} | roles
        points = {"points": 1.0} if kinds["grade"] else {}
        about = {"schema_version": 3, "grade_id": grade_id, "cell_type": "code", **kinds}
        return {"nbgrader": about | points}

    notebook = new_notebook(
        cells=[
            new_code_cell(
                "def half_of(number):\n    ### BEGIN SOLUTION\n    return number / 2\n"
                "    ### END SOLUTION",
                id="half",
                metadata=marked("half_of", solution=True),
            ),
            new_code_cell(
                "assert half_of(4) == 2\n### BEGIN HIDDEN TESTS\nassert half_of(3) == 1.5\n"
                "### END HIDDEN TESTS",
                id="test",
                metadata=marked("test_half_of", grade=True, locked=True),
            ),
        ]
    )
    folder = root / "source" / "ps1"
    folder.mkdir()
    nbformat.write(notebook, folder / "ps1.ipynb")


def _scores(course: Course) -> dict[tuple[str, str], float]:
    with Gradebook(course.database_url, course.id) as gradebook:
        return {
            (assignment.name, submission.student_id): submission.score
            for assignment in gradebook.assignments
            for submission in assignment.submissions
        }
