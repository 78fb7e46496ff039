"""Marking written answers in a spreadsheet: out, filled in, and back, all or nothing."""

import codecs
import csv
import io
import unicodedata
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from autograder.errors import CamlabError
from autograder.gradebook.blind_order import blind_numbers
from autograder.gradebook.marks import read_gradebook, read_manual_marks
from autograder.report.marks_file import (
    check_nothing_is_lost,
    export_marks_file,
    import_marks_file,
)
from autograder.report.score_cell import read_score
from tests.report.sample_gradebook import LAB, make_gradebook, mark_by_hand
from tests.report.sample_results import class_of, row


def written(path, *lines, heading="student,task,score,max_score,comment"):
    path.write_text("\n".join([heading, *lines]) + "\n")
    return path


def refusal(url, path) -> str:
    before = read_manual_marks(url, LAB)
    with pytest.raises(CamlabError) as caught:
        import_marks_file(url, LAB, path)
    assert read_manual_marks(url, LAB) == before
    return str(caught.value)


def test_the_file_has_a_line_for_each_submission_with_its_answer(gradebook_url, tmp_path):
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5, "Good, but short.")
    path = tmp_path / "marks.csv"
    lines = export_marks_file(
        gradebook_url, LAB, path, lambda student, task: f"{student}\nsaw ears"
    )
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    assert path.read_bytes().startswith(codecs.BOM_UTF8), "Excel reads accents by nothing else"
    assert lines == len(rows) == 5
    assert rows[0] == {
        "student": "ada",
        "task": "interpretation",
        "score": "1.5",
        "max_score": "2",
        "comment": "Good, but short.",
        "answer": "ada\nsaw ears",
        "marking_scheme": "",
    }
    assert rows[1]["score"] == ""


def test_numbers_stand_for_names_in_an_order_of_their_own(gradebook_url, tmp_path):
    students = read_gradebook(gradebook_url, LAB)
    numbers = blind_numbers(b"secret", LAB.name, students)
    path = tmp_path / "marks.csv"
    export_marks_file(gradebook_url, LAB, path, numbers=numbers, scheme_of=lambda task: "Scheme.")
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    assert [line["number"] for line in rows] == sorted(numbers.values())
    assert [numbers[student] for student in students] != sorted(numbers.values())
    assert {line["marking_scheme"] for line in rows} == {"Scheme."}
    assert not [student for student in students if student in path.read_text()]
    lines = path.read_text().replace(f"{numbers['ada']},interpretation,", "X,interpretation,1.5")
    path.write_text(lines.replace("X,", f"{numbers['ada']},"))
    import_marks_file(gradebook_url, LAB, path, numbers)
    assert read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"].score == 1.5


def test_marks_and_comments_come_back_into_the_gradebook(gradebook_url, tmp_path):
    path = written(tmp_path / "marks.csv", 'ada,interpretation,1.5,2,"Name the places, please."')
    done = import_marks_file(gradebook_url, LAB, path)
    assert (done.marks, done.comments) == (1, 1)
    given = read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"]
    assert (given.score, given.comment) == (1.5, "Name the places, please.")
    with Gradebook(gradebook_url) as gradebook:
        assert not gradebook.find_submission(LAB.name, "ada").needs_manual_grade
        assert gradebook.find_submission(LAB.name, "barbara").needs_manual_grade


def test_an_exported_file_comes_back_without_changing_anything(tmp_path):
    url = make_gradebook(tmp_path / "gradebook.db", class_of(row("-1"), row("=2"), row("eve")))
    mark_by_hand(url, "=2", "interpretation", 0.5, "=comment, with a sign")
    before = read_gradebook(url, LAB)
    path = tmp_path / "marks.csv"
    export_marks_file(url, LAB, path, lambda student, task: "-answer")
    import_marks_file(url, LAB, path)
    assert read_gradebook(url, LAB) == before


def test_empty_cells_leave_what_is_there(gradebook_url, tmp_path):
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5, "Kept.")
    path = written(tmp_path / "marks.csv", "ada,interpretation,2,2,", "barbara,interpretation,,2,")
    import_marks_file(gradebook_url, LAB, path)
    given = read_manual_marks(gradebook_url, LAB)
    assert (given["ada"]["interpretation"].score, given["ada"]["interpretation"].comment) == (
        2.0,
        "Kept.",
    )
    assert "barbara" not in given


def test_what_spreadsheets_make_of_the_file_is_read(gradebook_url, tmp_path):
    path = tmp_path / "marks.csv"
    text = "Student;Score;Comment\r\nada;1,5;gut\r\n;;\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    import_marks_file(gradebook_url, LAB, path)
    assert read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"].score == 1.5


def test_every_wrong_row_is_named_and_nothing_is_imported(gradebook_url, tmp_path):
    path = written(
        tmp_path / "marks.csv",
        "ada,interpretation,1.5,2,right",
        "nobody,interpretation,1,2,",
        "barbara,interpretation,2.5,2,",
        "edsger,interpretation,good,2,",
        "grace,interpretation,nan,2,",
        "ada,interpretation,1,2,again",
        "grace,compute_cam,1,3,",
        "linus,interpretation,-1,2,",
        ",interpretation,1,2,",
    )
    said = refusal(gradebook_url, path)
    assert "nothing was changed" in said
    for sentence in (
        "Row 3: the gradebook knows no submission of 'nobody'.",
        "Row 4: 2.5 is not between 0 and 2.",
        "Row 5: 'good' is not a number.",
        "Row 6: 'nan' is not a number.",
        "Row 7: ada was marked in row 2 already.",
        "Row 8: people mark interpretation, and not 'compute_cam'.",
        "Row 9: -1 is not between 0 and 2.",
        "Row 10: the student is missing.",
    ):
        assert sentence in said


def test_a_failure_half_way_changes_nothing(gradebook_url, tmp_path):
    with Gradebook(gradebook_url) as gradebook:
        comment = gradebook.find_comment("interpretation", LAB.name, LAB.name, "barbara")
        gradebook.db.delete(comment)
        gradebook.db.commit()
    path = written(
        tmp_path / "marks.csv", "ada,interpretation,1,2,first", "barbara,interpretation,1,2,second"
    )
    assert "Row 3: the gradebook has no place for a comment" in refusal(gradebook_url, path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no column student, score, comment"),
        (b"student,mark\nada,1\n", "has no column score, comment"),
        ("student,score,comment\nada,1,gr\u00fcn\n".encode("latin-1"), "is not UTF-8 text"),
        (b"PK\x03\x04 an xlsx \xff", "is an Excel workbook"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(
    gradebook_url, tmp_path, content, sentence
):
    path = tmp_path / "marks.csv"
    path.write_bytes(content)
    assert sentence in refusal(gradebook_url, path)


def test_a_missing_file_is_a_sentence(gradebook_url, tmp_path):
    assert "cannot be read" in refusal(gradebook_url, tmp_path / "absent.csv")


HEADING = "student,task,score,max_score,comment,answer\n"
FROM_EXCEL = {
    "Windows line ends": (HEADING + "ada,interpretation,1,2,ok,\n").replace("\n", "\r\n"),
    "old Mac line ends": (HEADING + "ada,interpretation,1,2,ok,\n").replace("\n", "\r"),
    "semicolons": "student;score;comment;notes, mine\r\nada;1;ok;x\r\n",
    "a line that names the separator": "sep=;\r\nstudent;score;comment\r\nada;1;ok\r\n",
    "points in the heading": "Student,Task,Score (of 2),Comment\nada,interpretation,1,ok\n",
    "hard spaces": "student,score,comment\n\xa0ada ,1\xa0,ok\n",
    "capitals": "student,score,comment\nADA,1,ok\n",
    "a plus": "student,score,comment\nada,+1,ok\n",
    "a guard": "student,score,comment\nada,'1,ok\n",
    "a fraction of the points": "student,score,comment\nada,1/2,ok\n",
    "a fraction with decimals": "student,score,comment\nada,1.00 / 2.0,ok\n",
    "a number in scientific form": "student,score,comment\nada,1E+00,ok\n",
    "empty columns": "student,score,comment,,,\nada,1,ok,,,\n,,,,,\n",
    "a text with a picture": "student,score,comment,answer\nada,1,ok," + "x" * 250_000 + "\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_as_spreadsheets_save_them_are_read(gradebook_url, tmp_path, encoding):
    for kind, text in FROM_EXCEL.items():
        path = tmp_path / "marks.csv"
        path.write_bytes(text.encode(encoding))
        assert import_marks_file(gradebook_url, LAB, path).marks == 1, kind
        given = read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"]
        assert (given.score, given.comment) == (1.0, "ok"), kind
        mark_by_hand(gradebook_url, "ada", "interpretation", 0.5, "before")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("ada,interpretation,01-May,2,", "took a mark for a date"),
        ("ada,interpretation,1. Mai,2,", "took a mark for a date"),
        ("ada,interpretation,01.05.2026,2,", "took a mark for a date"),
        ("ada,interpretation,75%,2,", "write points out of 2"),
        ("1.00123E+14,interpretation,1,2,", "the spreadsheet shortened a number"),
        ("ada,interpretation,1,2,d\u00c3\u00a9j\u00c3\u00a0 vu", "('déjà vu' was meant)"),
        ("Zo\u00c3\u00ab,interpretation,1,2,", "('Zoë' was meant)"),
        ("ada,interpretation,1,2,d\ufffdj\ufffd", "characters that were lost"),
        ("ada,interpretation,1,2,d?j? vu", "lost its accents"),
        ('ada,interpretation,1,2,"oops', "Is a quotation mark missing?"),
    ],
)
def test_what_a_spreadsheet_spoilt_is_named_and_not_imported(
    gradebook_url, tmp_path, line, sentence
):
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5, "déjà vu")
    assert sentence in refusal(gradebook_url, written(tmp_path / "marks.csv", line))


@pytest.mark.parametrize("of", ["20", "200", "1", "2.5", "5"])
def test_a_score_out_of_other_points_than_the_tasks_is_refused(gradebook_url, tmp_path, of):
    path = written(tmp_path / "marks.csv", f"ada,interpretation,1/{of},2,")
    assert f"Row 2: '1/{of}' is out of {of}, or a date" in refusal(gradebook_url, path)


@pytest.mark.parametrize("points", [10.0, 20.0, 100.0, 2.5, 0.5, 4 / 3])
def test_a_score_out_of_the_tasks_points_is_read_whatever_they_are(points):
    task = replace(LAB.task("interpretation"), points=points)
    assert read_score(f"0.5/{points:.2f}", task) == (0.5, "")
    assert read_score(f"0,5 / {points:g}", task) == (0.5, "")
    assert read_score(f"0.5/{points:g}0" if points > 3 else "0.5/7", task)[0] is None


@pytest.mark.parametrize("text", ["0_1", "1_", "\u0661", "inf", "1e999", "0x1", "1 .5", "--1", "."])
def test_only_digits_are_a_score(gradebook_url, tmp_path, text):
    path = written(tmp_path / "marks.csv", f"ada,interpretation,{text},2,")
    assert f"Row 2: {text!r} is not a number." in refusal(gradebook_url, path)


@pytest.mark.parametrize("text", ["1.5 pts", "1pt", "1,5 Punkte", "2 p."])
def test_a_number_with_a_unit_is_not_called_a_date(gradebook_url, tmp_path, text):
    path = written(tmp_path / "marks.csv", f'ada,interpretation,"{text}",2,')
    assert f"Row 2: {text!r} is not a number: write the number alone." in refusal(
        gradebook_url, path
    )


def test_points_that_are_not_the_tasks_are_refused(gradebook_url, tmp_path):
    path = written(tmp_path / "marks.csv", "ada,interpretation,1,4,", "barbara,,,4,only a word")
    said = refusal(gradebook_url, path)
    assert "Row 2: max_score is 4, but interpretation has 2 points" in said
    assert "Row 3" not in said, "a comment is out of nothing"


BOTH = "student,number,task,score,max_score,comment"


def test_a_row_of_one_student_with_the_number_of_another_is_refused(gradebook_url, tmp_path):
    numbers = blind_numbers(b"secret", LAB.name, read_gradebook(gradebook_url, LAB))
    path = written(
        tmp_path / "marks.csv",
        f"ada,{numbers['barbara']},interpretation,1,2,",
        f"grace,{numbers['grace']},interpretation,1,2,",
        heading=BOTH,
    )
    with pytest.raises(CamlabError) as caught:
        import_marks_file(gradebook_url, LAB, path, numbers)
    assert f"Row 2: the number {numbers['barbara']} does not stand for ada." in str(caught.value)
    assert "Row 3" not in str(caught.value)
    assert not read_manual_marks(gradebook_url, LAB)


def test_an_empty_column_of_students_does_not_hide_their_numbers(gradebook_url, tmp_path):
    numbers = blind_numbers(b"secret", LAB.name, read_gradebook(gradebook_url, LAB))
    path = written(tmp_path / "marks.csv", f",{numbers['ada']},interpretation,1,2,", heading=BOTH)
    import_marks_file(gradebook_url, LAB, path, numbers)
    assert read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"].score == 1.0


def test_extra_credit_comes_back_as_it_was(gradebook_url, tmp_path):
    mark_by_hand(gradebook_url, "ada", "interpretation", 2.0, extra=0.5)
    mark_by_hand(gradebook_url, "grace", "interpretation", 4 / 3)
    before = read_gradebook(gradebook_url, LAB)
    path = tmp_path / "marks.csv"
    export_marks_file(gradebook_url, LAB, path)
    import_marks_file(gradebook_url, LAB, path)
    assert read_gradebook(gradebook_url, LAB) == before
    import_marks_file(gradebook_url, LAB, written(path, "ada,interpretation,1,2,"))
    given = read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"]
    assert given.score == 1.0, "what a file says is all that there is"


def test_two_columns_of_scores_are_refused(gradebook_url, tmp_path):
    path = written(tmp_path / "marks.csv", "ada,1,2,", heading="student,score,score,comment")
    assert "more than one column score" in refusal(gradebook_url, path)


def test_zeros_in_front_may_be_lost_where_that_is_unique(tmp_path):
    students = class_of(row("0012345"), row("07"), row("7"))
    url = make_gradebook(tmp_path / "gradebook.db", students)
    import_marks_file(url, LAB, written(tmp_path / "marks.csv", "12345,interpretation,1,2,"))
    assert read_manual_marks(url, LAB)["0012345"]["interpretation"].score == 1.0
    import_marks_file(url, LAB, written(tmp_path / "marks.csv", "7,interpretation,2,2,"))
    assert "07" not in read_manual_marks(url, LAB), "the name itself comes first"
    path = written(tmp_path / "marks.csv", "007,interpretation,1,2,")
    assert "could be 07, 7" in refusal(url, path)


def filled_in(path, student: str, score: str, comment: str = "", as_saved=lambda text: text):
    """What a TA and a spreadsheet make of an exported file."""
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    for line in rows:
        line["answer"] = as_saved(line["answer"])
        if line["student"] == student:
            line.update(score=score, comment=comment)
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(buffer.getvalue().encode("utf-8", "replace"))


LONG = "Where it looks: λ = 0.5, naïve.\n\n" * 2000
ANSWERS = {
    "a text": "It looks at the ears.\nAt the eyes, too.\n",
    "formulas": "=A1\n- one\n- two;\n\n+ 3",
    "letters of all kinds": "L’œil du café, λ → ∞, 猫の耳",
    "a long text": LONG,
    "a long text with pictures of letters": "\U0001f431" * 40_000,
    "a long list": "\n- x" * 40_000,
    "nothing": "",
    "a number": "1.50",
    "a picture": "![](attachment:map.png)",
}
SAVED = {
    "as it is": lambda text: text,
    "with Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "trimmed": lambda text: text.strip(),
    "without guards": lambda text: text.replace("'", ""),
    "cut off by Excel": lambda text: text.encode("utf-16-le")[: 2 * 32_767].decode(
        "utf-16-le", "ignore"
    ),
    "without accents": lambda text: text.encode("ascii", "replace").decode(),
    "in decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "with fewer zeros": lambda text: text.removesuffix("0"),
}


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("saved", SAVED)
def test_a_mark_comes_back_to_the_answer_that_was_read(gradebook_url, tmp_path, kind, saved):
    path = tmp_path / "marks.csv"
    export_marks_file(gradebook_url, LAB, path, lambda student, task: ANSWERS[kind])
    filled_in(path, "ada", "1.5", as_saved=SAVED[saved])
    import_marks_file(gradebook_url, LAB, path, None, lambda student, task: ANSWERS[kind])
    assert read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"].score == 1.5


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("now", ["", "It looks at the ears.", "Another λ", "7", LONG[:-50]])
def test_a_mark_for_another_answer_is_refused(gradebook_url, tmp_path, kind, now):
    if ANSWERS[kind][:30_000] == now[:30_000]:
        return
    path = tmp_path / "marks.csv"
    export_marks_file(gradebook_url, LAB, path, lambda student, task: ANSWERS[kind])
    filled_in(path, "ada", "1.5", "Good.")
    before = read_manual_marks(gradebook_url, LAB)
    with pytest.raises(CamlabError) as caught:
        import_marks_file(gradebook_url, LAB, path, None, lambda student, task: now)
    assert "Row 2: the answer is another one now than in this file." in str(caught.value)
    assert "Row 3" not in str(caught.value), "where nothing was filled in, nothing is wrong"
    assert read_manual_marks(gradebook_url, LAB) == before


def test_without_the_answer_a_mark_is_taken(gradebook_url, tmp_path):
    path = written(tmp_path / "marks.csv", "ada,interpretation,1,2,")
    import_marks_file(gradebook_url, LAB, path, None, lambda student, task: "today's")
    export_marks_file(gradebook_url, LAB, path, lambda student, task: "an answer")
    filled_in(path, "ada", "1.5")
    import_marks_file(gradebook_url, LAB, path, None, lambda student, task: None)
    assert read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"].score == 1.5


def test_a_mark_that_waits_to_be_given_anew_waits_through_a_file(gradebook_url, tmp_path):
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5, "Good.")
    path = tmp_path / "marks.csv"
    export_marks_file(gradebook_url, LAB, path, lambda student, task: "before")
    with Gradebook(gradebook_url) as gradebook:
        grade = gradebook.find_grade("interpretation", LAB.name, LAB.name, "ada")
        grade.needs_manual_grade = True
        gradebook.db.commit()
    for answer in ("before", "today's"):
        import_marks_file(gradebook_url, LAB, path, None, lambda student, task: "today's")
        assert read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"].outdated, answer
        export_marks_file(gradebook_url, LAB, path, lambda student, task: "today's")
    filled_in(path, "ada", "1.5", "Good.")
    import_marks_file(gradebook_url, LAB, path, None, lambda student, task: "today's")
    assert not read_manual_marks(gradebook_url, LAB)["ada"]["interpretation"].outdated


def test_whoever_is_not_among_the_results_has_no_line(gradebook_url, tmp_path):
    students = [name for name in read_gradebook(gradebook_url, LAB) if name != "barbara"]
    numbers = blind_numbers(b"secret", LAB.name, students)
    path = tmp_path / "marks.csv"
    assert export_marks_file(gradebook_url, LAB, path, numbers=numbers) == 4
    assert "barbara" not in path.read_text()
    assert export_marks_file(gradebook_url, LAB, path, numbers={}) == 0
    assert "ada" not in path.read_text(), "no numbers are no leave to write names"


@pytest.mark.parametrize(
    "line",
    ["ada,interpretation,1,2,", "ada,interpretation,,2,typed", "ada,interpretation,good,2,",
     "nobody,interpretation,1,2,"],
)  # fmt: skip
def test_a_file_with_marks_that_were_not_imported_is_not_written_over(
    gradebook_url, tmp_path, line
):
    path = written(tmp_path / "marks.csv", line, "barbara,interpretation,,2,")
    with pytest.raises(CamlabError, match=r"1 row of it would be lost.*--import.*--force"):
        check_nothing_is_lost(gradebook_url, LAB, path)


def test_a_file_whose_marks_were_imported_is_written_over(gradebook_url, tmp_path):
    path = tmp_path / "marks.csv"
    check_nothing_is_lost(gradebook_url, LAB, path)
    path.touch()
    check_nothing_is_lost(gradebook_url, LAB, path)
    export_marks_file(gradebook_url, LAB, path)
    check_nothing_is_lost(gradebook_url, LAB, path)
    filled_in(path, "ada", "1,50", "Good,\nbut short.")
    import_marks_file(gradebook_url, LAB, path)
    check_nothing_is_lost(gradebook_url, LAB, path)


def test_a_file_that_cannot_be_read_may_hold_marks(gradebook_url, tmp_path):
    path = tmp_path / "results.json"
    path.write_text("{}")
    with pytest.raises(CamlabError, match="is there already, and cannot be read"):
        check_nothing_is_lost(gradebook_url, LAB, path)
