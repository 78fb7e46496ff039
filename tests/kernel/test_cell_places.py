"""A line is the one that a student sees at that number, however a cell begins."""

from __future__ import annotations

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_code_cell

from autograder.kernel.cell_places import place_in, place_in_traceback


@pytest.mark.parametrize("above", ["", "\n", "\n  \n\n"])
def test_a_line_is_counted_from_the_top_of_the_cell(above):
    source = f"{above}a = 1\nb = 2\nraise ValueError(a + b)\n"
    compiled = TransformerManager().transform_cell(source)
    line = 1 + compiled.splitlines().index("raise ValueError(a + b)")
    place = place_in(new_code_cell(source, id="one"), line)
    assert place.source == "raise ValueError(a + b)"
    assert source.splitlines()[place.line - 1] == place.source
    assert place.cell == "one"


def test_a_traceback_that_names_no_line_gives_the_cell_alone():
    cell = new_code_cell("\n\nx = 1", id="one")
    assert place_in_traceback(cell, 3, ["Cell In[2], line 1"]).line == 0
    assert place_in_traceback(cell, 3, ["Cell In[3], line 1"]).source == "x = 1"
    assert place_in_traceback(cell, 3, ["Cell In[3], line 7"]).line == 0
