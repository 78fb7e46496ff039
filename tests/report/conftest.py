"""A gradebook of the small class for each test that wants one."""

import pytest

from tests.report.sample_gradebook import make_gradebook
from tests.report.sample_results import small_class


@pytest.fixture(scope="session")
def _gradebook_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    make_gradebook(path, small_class())
    return path


@pytest.fixture
def gradebook_url(_gradebook_template, tmp_path) -> str:
    """nbgrader's gradebook of `small_class()`, fresh for each test."""
    path = tmp_path / "gradebook.db"
    path.write_bytes(_gradebook_template.read_bytes())
    return f"sqlite:///{path}"
