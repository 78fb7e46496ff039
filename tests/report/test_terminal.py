"""The table that ends a grading run."""

import io

from rich.console import Console

from autograder.collect.collection_report import Collected, CollectionReport
from autograder.collect.hand_ins import Skipped
from autograder.collect.summary_lines import collection_summary
from autograder.report.terminal import marks_table, what_is_left
from tests.report.sample_results import class_of, failed_row, large_class, row, small_class


def printed(renderable, *, terminal: bool = False, width: int = 80) -> str:
    file = io.StringIO()
    Console(
        file=file,
        force_terminal=terminal,
        width=width,
        color_system="standard" if terminal else "auto",
    ).print(renderable)
    return file.getvalue()


def test_every_student_has_a_line_with_every_mark():
    lines = printed(marks_table(small_class())).splitlines()
    (barbara,) = (line for line in lines if line.lstrip().startswith("barbara"))
    assert barbara.split() == ["barbara", "0.25", "1", "3", "?", "3", "7.25"]
    (linus,) = (line for line in lines if line.lstrip().startswith("linus"))
    assert linus.split() == ["linus", "–", "–", "–", "–", "–", "0"]


def test_the_table_ends_with_mean_median_and_share_of_full_marks():
    lines = [line.split() for line in printed(marks_table(small_class())).splitlines()]
    assert ["mean", "0.65", "0.8", "2.1", "?", "1.5", "5.05"] in lines
    assert ["median", "1", "1", "3", "?", "1.5", "5"] in lines
    assert ["full", "marks", "60%", "80%", "60%", "?", "40%", "0%"] in lines


def test_a_class_of_200_fits_80_columns():
    lines = printed(marks_table(large_class(200))).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.lstrip().startswith("student-") for line in lines) == 200
    assert not any("…" in line for line in lines)


def test_long_names_are_cut_and_marks_are_not():
    table = printed(marks_table(class_of(row("x" * 300))))
    assert max(map(len, table.splitlines())) <= 80
    assert table.count("…") == 1


def test_colours_are_for_terminals_and_go_away_in_a_pipe():
    assert "\x1b[" in printed(marks_table(small_class()), terminal=True)
    assert "\x1b" not in printed(marks_table(small_class()))


def test_a_name_can_neither_style_nor_steer_the_terminal():
    hostile = class_of(row("[red]eve[/red]"), row("\x1b[2Jmallory"), row("\u202eelohw"))
    shown = printed(marks_table(hostile)) + printed(what_is_left(hostile))
    assert "[red]eve[/red]" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_sentences_under_the_table_say_what_needs_a_person():
    said = printed(what_is_left(small_class()), width=300)
    assert "4 submissions graded." in said
    assert "1 submission could not be run: linus." in said
    assert "linus: This file is not a notebook." in said
    assert "4 written answers wait for a TA (interpretation)" in said
    assert "stand-in weights" in said


def test_nothing_is_said_to_be_left_when_nothing_is():
    done = class_of(row("ada", tasks=row("ada").tasks[:3]), weights="imagenet")
    assert str(what_is_left(done)) == "1 submission graded."


def test_many_failures_are_counted_and_not_all_named():
    said = str(what_is_left(class_of(*(failed_row(f"s{n:02d}") for n in range(30)))))
    assert "30 submissions could not be run" in said
    assert "and 20 more" in said


def test_an_empty_class_has_an_empty_table():
    assert "Total" in printed(marks_table(class_of()))
    assert "0 submissions graded." in str(what_is_left(class_of()))


def test_a_collection_ends_with_what_was_renamed_and_what_was_left_out():
    taken = (Collected("ada", "a/lab09.ipynb"), Collected("bob", "b/x", "It was called x.ipynb."))
    report = CollectionReport("canvas", taken, (Skipped("c/\x1b[2Jreadme", "It is a link."),))
    said = str(collection_summary(report))
    assert "2 submissions collected from canvas." in said
    assert "bob: It was called x.ipynb." in said
    assert "1 file left out:" in said
    assert "\x1b" not in said
