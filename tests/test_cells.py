"""What nbgrader's metadata says of a cell, as nbgrader itself reads it."""

from __future__ import annotations

import itertools

import pytest
from nbformat.v4 import new_code_cell
from nbgrader import utils

from autograder import cells

VALUES = (None, False, True)


@pytest.mark.parametrize("name", ["is_grade", "is_solution", "is_locked"])
def test_cells_are_read_as_nbgrader_reads_them(name):
    for values in itertools.product(VALUES, repeat=4):
        marks = dict(zip(("grade", "solution", "locked", "task"), values, strict=True))
        given = {key: value for key, value in marks.items() if value is not None}
        cell = new_code_cell(metadata={"nbgrader": given})
        assert getattr(cells, name)(cell) == getattr(utils, name)(cell), given
    assert not getattr(cells, name)(new_code_cell())


def test_metadata_of_another_form_is_none():
    for marks in (None, [], "grade", 1):
        cell = {"cell_type": "code", "metadata": {"nbgrader": marks}}
        assert not any(
            check(cell) for check in (cells.is_grade, cells.is_solution, cells.is_locked)
        )
