"""The course as nbgrader sees it. Camlab goes in at nbgrader's own plug-in points.

Assignments that are no labs of Camlab's pass through nbgrader's own steps.
"""

import os
import sys
from urllib.parse import quote

c = get_config()  # noqa: F821 - nbgrader provides it

# nbgrader starts `alembic` by name, also where this environment was not activated.
os.environ["PATH"] = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))

c.Camlab.main_lab = "lab09"  # meant where a command names no lab
c.CourseDirectory.course_id = "csc413"
_here = os.path.dirname(os.path.abspath(__file__))
if set("?%") & set(_here):  # nbgrader's own address would be another file's
    c.CourseDirectory.db_url = "sqlite:///" + quote(os.path.join(_here, "gradebook.db"))
c.CourseDirectory.release_directory = "release/student"
c.CourseDirectory.solution_directory = "release/solution"

# The written answer carries its marking scheme; nbgrader expects schemes in task cells only.
c.ClearMarkScheme.enforce_metadata = False

# An unfinished function returns None, and the notebook's checks say so in a sentence; nbgrader's
# own stub raises, which would stop "Run All" at the first task without points.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE"}

# The solution release: worked, without hidden tests, markers taken out, run with outputs.
c.GenerateSolution.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "autograder.nbgrader.solution_preprocessors.ClearHiddenTestsOfLabs",
    "autograder.nbgrader.solution_preprocessors.RemoveMarkers",
    "autograder.nbgrader.solution_preprocessors.ExecuteSolution",
    "autograder.nbgrader.stock_steps.StockSolution",
]

# Grading: submissions are read defensively (the exporter), run in the sandbox and judged outside.
c.Autograde.exporter_class = "autograder.nbgrader.submission_exporter.TolerantExporter"
c.Autograde.sanitize_preprocessors = [
    "autograder.nbgrader.stock_steps.StockSanitizing",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader.autograde_preprocessors.RunAndMark",
    "autograder.nbgrader.stock_steps.StockExecution",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Where no sandbox holds (`camlab doctor`), grading refuses; this accepts it all the same:
# c.RunAndMark.sandbox = "none"

# Feedback: the page that `camlab report` makes, with each criterion's sentence and heat maps.
c.GenerateFeedback.exporter_class = "autograder.nbgrader.feedback_exporter.FeedbackExporter"
c.FeedbackExporter.show_reference = True  # False keeps the reference's maps from students

# Every page that nbgrader renders, of every assignment: nothing that a student wrote runs in it.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.preprocessors = ["autograder.nbgrader.formgrader_page.FormgraderPage"]
c.HTMLExporter.filters = {
    "markdown2html": "autograder.nbgrader.page_filters.markdown2html",
    "highlight_code": "autograder.nbgrader.page_filters.highlight_code",
}

# MarkUs, for `camlab markus pull` and `camlab markus push` (docs/markus.md).
# c.MarkUs.url = "https://markus.example.edu"
# c.MarkUs.course = "csc413"
