"""`docs/for-tas.md`, then `docs/for-instructors.md`, command by command, as one would type them.

With the small lab, which any course may have: what the commands do is the same.
"""

from __future__ import annotations

import zipfile

import pytest

from tests.command.following import commands_of, follow

# Commands that wait for somebody (a browser, a server of MarkUs's) or for other accounts.
WAITING = {("camlab", "marks"), ("camlab", "markus"), ("nbgrader", "release_feedback")}
# What lab 09 alone has: tried in tests/lab/test_check_weights.py and tests/lab/test_one_file.py,
# and what takes an hour: tests/graders.
ELSEWHERE = {("camlab", "check-weights"), ("python", "tools/embed_pictures.py"),
             ("python", "-m")}  # fmt: skip


def wanted(page: str) -> list[tuple[str, ...]]:
    commands = commands_of(page)
    files = {one for one in commands if "--export" in one or "--import" in one}
    return [one for one in commands if one in files or one[:2] not in WAITING | ELSEWHERE]


@pytest.fixture(scope="module")
def root(own_small_lab):
    """A course with a download of three."""
    small_lab = own_small_lab
    root = small_lab.course.root
    with zipfile.ZipFile(root / "submissions.zip", "w") as archive:
        archive.write(small_lab.course.solution_release / "lab10.ipynb", "ada/lab10.ipynb")
        archive.writestr("bob/report.pdf", b"%PDF")
        archive.writestr("eve/lab10.ipynb", small_lab.begun(1))
    return root


@pytest.fixture(scope="module")
def evening(root):
    return follow(root, wanted("for-tas.md"), "lab10")


@pytest.fixture(scope="module")
def term(root, evening):
    before = wanted("for-tas.md")
    return follow(root, [one for one in wanted("for-instructors.md") if one not in before], "lab10")


def check_all(said) -> None:
    for command, ran in said.items():
        # 1: a submission could not be run, as bob's.
        allowed = (0, 1) if command.startswith("camlab grade") else (0,)
        assert ran.code in allowed, f"{command}\n{ran.out}\n{ran.err}"
        assert "Traceback" not in ran.err, command


def test_every_command_of_the_tas_page_does_what_it_says(root, evening):
    assert len(evening) >= 9
    check_all(evening)
    made = ("class.html", "to-mark.csv", "exports/markus/marks.csv", "exports/feedback.zip",
            "feedback/ada/lab10/lab10.html", "results.json", "gradebook.db")  # fmt: skip
    for name in made:
        assert (root / name).is_file(), name


def test_a_second_run_of_the_evening_runs_nothing_again(evening):
    assert "0 marks rise, 0 fall." in evening["camlab grade --again"].out


def test_every_command_of_the_instructors_page_does_what_it_says(root, term):
    assert len(term) >= 8
    check_all(term)
