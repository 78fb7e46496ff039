"""A student release that is damaged is a sentence, and a release made anew mends it."""

from __future__ import annotations

import json

import pytest

from autograder.errors import CamlabError
from autograder.grading.class_setup import read_release
from autograder.release import make_releases

FORMAT = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}
DAMAGES = {
    "cut off": lambda whole: whole[:500],
    "empty": lambda whole: b"",
    "another object": lambda whole: b"{}",
    "a list": lambda whole: b"[]",
    "not UTF-8": lambda whole: b"\xff\xfe" + whole,
    "no list of cells": lambda whole: json.dumps({**FORMAT, "cells": 5}).encode(),
    "a cell that is none": lambda whole: json.dumps({**FORMAT, "cells": [{}]}).encode(),
    "no cells": lambda whole: json.dumps({**FORMAT, "cells": []}).encode(),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_release_is_a_sentence_and_can_be_made_anew(own_small_lab, kind):
    course = own_small_lab.course
    path = course.student_release / course.lab.notebook_name
    whole = path.read_bytes()
    path.write_bytes(DAMAGES[kind](whole))
    with pytest.raises(CamlabError, match=r"The student release .* camlab release\.") as caught:
        read_release(course)
    assert len(str(caught.value).splitlines()) == 1
    make_releases(course)
    assert read_release(course) == own_small_lab.student


def test_a_release_that_lacks_a_tasks_cell_is_named(own_small_lab):
    course = own_small_lab.course
    path = course.student_release / course.lab.notebook_name
    notebook = json.loads(path.read_bytes())
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") != "max_pool"
    ]
    path.write_text(json.dumps(notebook))
    with pytest.raises(CamlabError, match="has no cell max_pool,"):
        read_release(course)
