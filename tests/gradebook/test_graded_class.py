"""Without its gradebook a class is not shown as if nobody had marked."""

from __future__ import annotations

import pytest

from autograder.errors import CamlabError
from autograder.gradebook.graded_class import graded_class
from autograder.results import write_results
from tests.report.sample_gradebook import make_gradebook
from tests.report.sample_results import small_class


@pytest.mark.parametrize("instead", ["nothing", "an empty file", "a folder"])
def test_a_missing_gradebook_is_a_sentence(course, tmp_path, instead):
    own = course.writing_to(tmp_path)
    write_results(small_class(), own.results)
    make_gradebook(own.gradebook, small_class())
    assert len(graded_class(own).rows) == 5
    own.gradebook.unlink()
    if instead == "a folder":
        own.gradebook.mkdir()
    elif instead == "an empty file":
        own.gradebook.touch()
    with pytest.raises(CamlabError, match=r"There is no gradebook at .*gradebook\.db"):
        graded_class(own)
