"""`camlab release` makes both releases, the same bytes each time, or refuses and names the cell."""

from __future__ import annotations

import gzip
import hashlib
import inspect
import io
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest

import camlab_solutions
from autograder.course import find_course
from autograder.errors import CamlabError
from autograder.gradebook.build import build_student, replace_folder
from autograder.release import make_releases
from autograder.release.leaks import check_leaks
from autograder.release.regions import check_copies
from tests.conftest import copy_course


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_student_release_holds_all_that_a_student_needs(releases):
    names = {path.name for path in releases.student.iterdir()}
    assert {"lab09.ipynb", "cat.jpg", "boat.jpg", "imagenet_classes.json", "README.md"} <= names
    assert releases.archive.is_file()


def test_the_student_release_has_no_outputs(student_notebook):
    assert not any(cell.get("outputs") for cell in student_notebook.cells)


def test_the_solution_release_ran_without_an_error_or_a_warning(solution_notebook):
    outputs = [out for cell in solution_notebook.cells for out in cell.get("outputs", ())]
    assert any("image/png" in out.get("data", {}) for out in outputs), "it shows its pictures"
    assert not any(out.output_type == "error" for out in outputs)
    assert not any(out.get("name") == "stderr" for out in outputs)


def test_the_solution_release_holds_no_marker_and_no_hidden_test(solution_notebook):
    text = "\n".join(cell.source for cell in solution_notebook.cells)
    assert "### BEGIN" not in text
    assert "autograder/labs/lab09/graders" not in text


def test_the_same_source_gives_the_same_bytes(course, releases):
    before = _digests(course.root / "release")
    solution = releases.solution / course.lab.notebook_name
    cells = nbformat.read(solution, as_version=4).cells
    again = make_releases(course)
    assert again.changes == ()
    for cell, same in zip(cells, nbformat.read(solution, as_version=4).cells, strict=True):
        assert cell == same, f"cell {cell.id} differs"
    assert _digests(course.root / "release") == before


@pytest.fixture
def spoiled(tmp_path):
    """A fresh course, and a way to spoil its source."""
    course = copy_course(tmp_path)
    path = course.source / course.lab.notebook_name

    def spoil(change) -> None:
        notebook = nbformat.read(path, as_version=4)
        change(notebook)
        nbformat.write(notebook, path)

    return course, spoil


def _cell(notebook, grade_id):
    cells = notebook.cells
    return next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def _misspelt_marker(notebook):
    cell = _cell(notebook, "compute_cam")
    cell.source = cell.source.replace("### BEGIN SOLUTION", "### BEGIN SOLUTON")


def _other_style_marker(notebook):
    _cell(notebook, "fc_weight").source += "\nfc_weight = resnet.fc.weight # SOLUTIONS"


def _misspelt_hidden_marker(notebook):
    cell = _cell(notebook, "test_predict")
    cell.source = cell.source.replace("### BEGIN HIDDEN TESTS", "### BEGIN HIDEN TESTS")


def _marker_without_end(notebook):
    cell = _cell(notebook, "compute_cam")
    cell.source = cell.source.replace("### END SOLUTION", "")


def _nested_markers(notebook):
    cell = _cell(notebook, "compute_cam")
    cell.source = cell.source.replace(
        "### BEGIN SOLUTION", "### BEGIN SOLUTION\n### BEGIN SOLUTION"
    )


def _wrong_points(notebook):
    _cell(notebook, "test_compute_cam").metadata.nbgrader["points"] = 4


def _missing_grade_id(notebook):
    _cell(notebook, "test_compute_cam").metadata.nbgrader["grade_id"] = ""


def _twice(notebook):
    _cell(notebook, "fc_weight").metadata.nbgrader["grade_id"] = "compute_cam"


def _unlocked_test(notebook):
    _cell(notebook, "test_predict").metadata.nbgrader.update(locked=False, grade=False)


def _no_hidden_part(notebook):
    cell = _cell(notebook, "test_predict")
    start = cell.source.index("### BEGIN HIDDEN TESTS")
    cell.source = cell.source[:start]


def _outputs(notebook):
    cell = _cell(notebook, "predict")
    cell.outputs = [nbformat.v4.new_output("stream", text="0.83")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_misspelt_marker, "cell compute_cam: “### BEGIN SOLUTON” looks like “### BEGIN SOLUTION”"),
        (_other_style_marker, "cell fc_weight:"),
        (_misspelt_hidden_marker, "cell test_predict: “### BEGIN HIDEN TESTS” looks like"),
        (_marker_without_end, "cell compute_cam: “### BEGIN SOLUTION” has no END"),
        (_nested_markers, "cell compute_cam: “### BEGIN SOLUTION” begins inside"),
        (
            _wrong_points,
            "add up to 3 points, and the cell test_compute_cam of the",
        ),
        (_missing_grade_id, "has nbgrader metadata without a grade id"),
        (_twice, "cell compute_cam: this grade id is there 2 times"),
        (_unlocked_test, "cell test_predict: must be a graded cell"),
        (_no_hidden_part, "cell test_predict: has no hidden part"),
        (_outputs, "cell predict: the source holds outputs"),
    ],
)
def test_a_spoiled_source_is_refused_by_cell(spoiled, change, words):
    course, spoil = spoiled
    spoil(change)
    with pytest.raises(CamlabError) as refusal:
        make_releases(find_course(course.root))
    assert words in str(refusal.value)
    assert not course.student_release.exists(), "nothing was written"


@pytest.fixture(scope="module")
def student_copy(course, tmp_path_factory):
    return build_student(
        course.writing_to(tmp_path_factory.mktemp("scratch")), tmp_path_factory.mktemp("student")
    )


def _leaks(course, folder, change):
    """What the search finds when `change` is made to the student notebook."""
    path = folder / course.lab.notebook_name
    sound = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    source = nbformat.read(course.source / course.lab.notebook_name, as_version=4)
    change(notebook, source)
    try:
        nbformat.write(notebook, path)
        return [str(finding) for finding in check_leaks(source, folder, course.lab)]
    finally:
        path.write_bytes(sound)


def test_a_sound_student_release_has_no_leak(course, student_copy):
    assert _leaks(course, student_copy, lambda notebook, source: None) == []


@pytest.mark.parametrize("grade_id", ["predict", "compute_cam", "compute_gradcam"])
def test_a_solution_in_a_student_cell_is_found(course, student_copy, grade_id):
    def leak(notebook, source):
        _cell(notebook, grade_id).source = _cell(source, grade_id).source

    found = _leaks(course, student_copy, leak)
    assert any(f"cell {grade_id}: holds a line of solution" in finding for finding in found)


def test_a_hidden_test_in_a_student_cell_is_found(course, student_copy):
    def leak(notebook, source):
        _cell(notebook, "test_predict").source = _cell(source, "test_predict").source

    found = _leaks(course, student_copy, leak)
    assert any("cell test_predict: holds a line of hidden tests" in finding for finding in found)


def test_a_marking_scheme_in_a_student_cell_is_found(course, student_copy):
    def leak(notebook, source):
        _cell(notebook, "interpretation").source = _cell(source, "interpretation").source

    found = _leaks(course, student_copy, leak)
    assert any("cell interpretation: holds a line of mark scheme" in finding for finding in found)


def test_code_of_the_reference_in_a_student_cell_is_found(course, student_copy):
    def leak(notebook, source):
        module = inspect.getmodule(camlab_solutions.compute_gradcam)
        notebook.cells[0].cell_type = "code"
        notebook.cells[0].update(source=inspect.getsource(module), outputs=[], execution_count=None)

    found = _leaks(course, student_copy, leak)
    assert any("holds code of the reference" in finding for finding in found)


def test_an_output_in_a_student_cell_is_found(course, student_copy):
    def leak(notebook, source):
        _cell(notebook, "predict").outputs = [nbformat.v4.new_output("stream", text="tabby, 0.4")]

    assert "cell predict: holds outputs." in _leaks(course, student_copy, leak)


_TELLING = "cam = torch.einsum('hwc,c->hw', features, fc_weight[label])  # told to nobody"


def _with_secret(source):
    cell = _cell(source, "compute_cam")
    cell.source = cell.source.replace(
        "### BEGIN SOLUTION\n", f"### BEGIN SOLUTION\n    {_TELLING}\n"
    )


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("cell title", lambda notebook: notebook.cells[0].metadata.update(notes=_TELLING)),
        ("cell title", lambda notebook: notebook.cells[0].metadata.update(a=[{"b": _TELLING}])),
        ("file lab09.ipynb", lambda notebook: notebook.metadata.update(notes=_TELLING)),
    ],
)
def test_a_solution_in_metadata_is_found(course, student_copy, where, change):
    def leak(notebook, source):
        _with_secret(source)
        change(notebook)

    found = _leaks(course, student_copy, leak)
    assert any(f"{where}: holds a line of solution" in finding for finding in found)


def test_the_state_of_widgets_is_found(course, student_copy):
    found = _leaks(
        course, student_copy, lambda notebook, source: notebook.metadata.update(widgets={})
    )
    assert found == ["the notebook holds what its widgets showed; clear the source's outputs."]


def test_only_an_attachment_that_no_text_shows_is_found(course, student_copy):
    def leak(notebook, source):
        picture = {"image/png": "aGVsbG8="}
        notebook.cells[0].attachments = {"shown.png": picture, "answer.png": picture}
        notebook.cells[0].source += "\n![](attachment:shown.png)"

    (found,) = _leaks(course, student_copy, leak)
    assert "cell title: holds the attachment “answer.png”" in found


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("old/solution.py", content)
    return buffer.getvalue()


_FILES = {
    "old.txt": lambda text: text.encode("utf-16"),
    "old.csv": lambda text: "für ".encode("latin-1") + text.encode(),
    "map.png": lambda text: b"\x89PNG tEXt\xff" + text.encode(),
    "map.svg": lambda text: f"<svg><!-- {text} --></svg>".encode(),
    "data/old.zip": lambda text: _zipped(text.encode()),
    "old.json.gz": lambda text: gzip.compress(text.encode()),
}


@pytest.mark.parametrize("name", _FILES)
def test_every_kind_of_file_is_searched(course, student_copy, name):
    path = student_copy / name
    path.parent.mkdir(exist_ok=True)
    try:
        path.write_bytes(_FILES[name](_TELLING))
        found = _leaks(course, student_copy, lambda notebook, source: _with_secret(source))
        assert [f"file {name}: holds a line of solution: “{_TELLING[:60]}”."] == found
        path.write_bytes(_FILES[name]("Pictures of cats."))
        assert _leaks(course, student_copy, lambda notebook, source: None) == []
    finally:
        path.unlink()


@pytest.mark.parametrize("kind", ["code", "markdown", "raw"])
def test_a_copy_of_a_solution_without_markers_is_found(course, kind):
    source = nbformat.read(course.source / course.lab.notebook_name, as_version=4)
    assert list(check_copies(source)) == []
    text = _cell(source, "compute_gradcam").source.split("### BEGIN SOLUTION\n")[1]
    copy = getattr(nbformat.v4, f"new_{kind}_cell")(text.split("### END")[0], id="scratch")
    source.cells.append(copy)
    (found,) = check_copies(source)
    assert "cell scratch: holds lines of the solution of compute_gradcam outside" in str(found)


def test_leftovers_stay_out_and_a_second_notebook_is_refused(own_small_lab, tmp_path):
    shutil.copytree(own_small_lab.course.root, tmp_path, dirs_exist_ok=True)
    course = find_course(tmp_path)
    path = course.source / course.lab.notebook_name
    leftovers = (".git/objects/ab", ".DS_Store", "lab10.ipynb.orig", "lab10.ipynb~", "a/.b.swp")
    for name in (*leftovers, "a/data.npy"):
        (course.source / name).parent.mkdir(parents=True, exist_ok=True)
        (course.source / name).write_bytes(b"\x93NUMPY\xff")
    student = build_student(course.writing_to(tmp_path / "scratch"), tmp_path / "built")
    files = {item.relative_to(student).as_posix() for item in student.rglob("*") if item.is_file()}
    assert files == {"lab10.ipynb", "a/data.npy"}
    shutil.copy(path, course.source / "lab10-Copy1.ipynb")
    with pytest.raises(CamlabError, match=r"file lab10-Copy1.ipynb: is a second notebook"):
        make_releases(course, only_diff=True)


@pytest.mark.parametrize("points", [None, "one", -1, float("nan"), True])
def test_points_that_are_no_number_are_refused(spoiled, points):
    course, spoil = spoiled
    spoil(lambda nb: _cell(nb, "interpretation").metadata.nbgrader.update(points=points))
    with pytest.raises(CamlabError, match=r"The cell interpretation of .* its points are"):
        find_course(course.root)


def test_a_release_that_was_put_aside_when_a_run_was_ended_is_no_hindrance(tmp_path):
    for name in ("new", "lab10", ".lab10.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    replace_folder(tmp_path / "new", tmp_path / "lab10")
    assert [path.name for path in tmp_path.iterdir()] == ["lab10"]
    assert (tmp_path / "lab10" / "file").read_text() == "new"


def test_a_solution_that_earns_too_little_is_refused(own_small_lab):
    course = own_small_lab.course
    path = course.source / course.lab.notebook_name
    notebook, made = nbformat.read(path, as_version=4), _digests(course.root / "release")
    cell = _cell(notebook, "max_pool")
    begin = "### BEGIN SOLUTION\n"
    cell.source = cell.source.replace(begin, f"{begin}    return np.zeros((7, 7))\n")
    nbformat.write(notebook, path)
    with pytest.raises(CamlabError, match=r"cell max_pool: the solution earns 0 of 2"):
        make_releases(find_course(course.root))
    assert _digests(course.root / "release") == made


def test_a_difference_is_shown_and_nothing_written(course, releases, tmp_path):
    changed = copy_course(tmp_path)
    made = _digests(course.root / "release")
    (tmp_path / "release").mkdir()
    shutil.copytree(course.root / "release", tmp_path / "release", dirs_exist_ok=True)
    path = changed.source / changed.lab.notebook_name
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\n\nDue on Friday."
    nbformat.write(notebook, path)
    shown = make_releases(changed, only_diff=True).changes
    assert "+Due on Friday." in shown
    assert _digests(tmp_path / "release") == made
