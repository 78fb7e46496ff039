"""What an instructor reads before the next lecture: criteria, hints, lines of code."""

from __future__ import annotations

from dataclasses import replace

from autograder.answers import Failure
from autograder.gradebook.marks import class_marks
from autograder.judging.exception_hints import failure_hints
from autograder.lab import Question
from autograder.report.instructors_page import instructors_page
from autograder.report.summary import UNFINISHED
from autograder.report.telling_line import telling_lines
from autograder.results import Hint
from tests.lab09 import LAB
from tests.report.sample_results import class_of, failed_row, row

RIGHT = "def compute_cam(features, label):\n    return (w[label] * features[0]).sum(0)\n"
WRONG = (
    'def compute_cam(features, label):\n    """relu"""\n'
    "    cam = (w[label] * features[0]).sum(0)\n    cam = F.relu(cam)  # no minus\n    return cam\n"
)


def page_of(*rows, codes=()) -> str:
    code_of = {student: {"compute_cam": code} for student, code in dict(codes).items()}
    return instructors_page(LAB, class_marks(LAB, class_of(*rows), None), code_of)


def test_it_says_how_many_met_a_criterion_which_hint_and_which_line_of_whose_code():
    rows = [row("ada"), row("bob", {"compute_cam": 0.5}), row("eve"), failed_row("linus")]
    codes = {"ada": RIGHT, "bob": WRONG, "eve": RIGHT}
    page = page_of(*rows, codes=codes)
    assert "3 submissions could be judged." in page
    assert '<th scope="row">agrees with the reference</th><td class="figure">2 of 3</td>' in page
    assert "relu-on-cam: 1 student" in page
    assert "<code>cam = F.relu(cam)</code>" in page and '<td class="figure">4</td>' in page
    assert "feedback/bob/lab09/lab09.html" in page
    assert "In compute_cam, 1 of 3 made one mistake: All negative evidence is missing." in page


def test_the_three_sentences_are_those_of_the_most_frequent_hints():
    rows = [row(f"a{n}", {"predict": 0.0}) for n in range(5)]
    rows += [row(f"b{n}", {"compute_cam": 0.5}) for n in range(4)]
    rows += [row(f"c{n}", {"compute_gradcam": 0.5}) for n in range(3)]
    rows += [row(f"d{n}", {"get_resnet_features": 0.5}) for n in range(2)]
    page = page_of(*rows)
    said = page[page.index("<ol>") : page.index("</ol>")]
    assert said.count("<li>") == 3
    places = [said.index(start) for start in ("In predict, 5 of 14", "4 of 14", "3 of 14")]
    assert places == sorted(places)
    assert "2 of 14" not in said


def test_what_is_said_quotes_nobodys_exception():
    question = Question("q", "compute_cam", "compute_cam", ())
    failure = Failure("raised", "secret. text", "ValueError", "compute_cam", 2, "my.Secret()")
    (hint,) = failure_hints((), [(question, failure)])
    made = row("bob", {"compute_cam": 0.0})
    marks = tuple(replace(one, hints=(hint,) * (one.task == "compute_cam")) for one in made.tasks)
    page = page_of(row("ada"), replace(made, tasks=marks))
    said = page[page.index("<ol>") : page.index("</ol>")]
    assert "1 of 2 have code that stops with an exception. " in said
    assert "ecret" not in said and "ecret" in page
    assert hint.text.endswith(said.partition("exception. ")[2].partition("<")[0])


def test_where_no_hint_fits_the_criterion_is_named():
    made = row("bob", {"predict": 0.5})
    marks = tuple(type(mark)(**{**vars(mark), "hints": ()}) for mark in made.tasks)
    page = page_of(row("ada"), type(made)(**{**vars(made), "tasks": marks}))
    assert "In predict, 1 of 2 did not meet “agrees with the reference”" in page
    assert "No hint explains what is missing for" in page


def test_who_has_no_answer_yet_is_not_said_to_be_without_a_hint():
    made = row("alan", {"predict": 0.0})
    hints = (Hint(UNFINISHED, "Your function returns None."),)
    marks = tuple(replace(one, hints=hints if one.status != "full" else ()) for one in made.tasks)
    page = page_of(row("ada"), replace(made, tasks=marks))
    told = page[page.index("No answer yet from") :].partition("</p>")[0]
    assert page.count("No answer yet from") == 1 and ">alan<" in told and ">ada<" not in told
    assert "No hint explains" not in page
    assert "No answer yet" not in page_of(row("ada"), row("bob", {"predict": 0.5}))


def test_a_class_without_mistakes_is_told_so():
    assert "Nobody made a known mistake" in page_of(row("ada"))


def test_nothing_of_a_students_code_or_name_is_html():
    code = "def compute_cam(f, l):\n    return '<script>alert(1)</script>'\n"
    page = page_of(row("ada"), row("<i>bob", {"compute_cam": 0.5}), codes={"<i>bob": code})
    assert "<script>" not in page and "<i>bob" not in page
    assert "&lt;script&gt;" in page


def test_a_mistake_that_leaves_something_out_is_shown_where_it_returns():
    codes = {"a": "def f(x):\n    y = x\n    return y\n", "b": "def f(x):\n    return relu(x)\n"}
    (line,) = telling_lines(["a"], codes, ["b"])
    assert (line.number, line.text) in {(2, "y = x"), (3, "return y")}
    codes["b"] = "def f(x):\n    y = x\n    return relu(y)\n"
    (line,) = telling_lines(["a", "absent"], codes, ["b"])
    assert (line.number, line.text) == (3, "return y")
