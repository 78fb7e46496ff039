"""A real Chromium, and a small class that was really graded, some of it hostile."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from autograder.course import Course, find_course
from autograder.demo import worked_notebook
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.labs.lab09 import sample_answers as mistakes
from autograder.results import ClassResults, read_results
from tests.conftest import ROOT, copy_course
from tests.sharing import made_once

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IMAGES = ROOT / "docs" / "images"
UPDATE = os.environ.get("CAMLAB_UPDATE_IMAGES") == "1"
# Sets a mark in the page, or asks a host for something, if any of it runs.
PAYLOAD = (
    "<script>window.owned=1</script><img src=https://evil.invalid/x onerror=window.owned=1>"
    '<svg onload=window.owned=1><a href="javascript:window.owned=1">x</a>\'"`'
)
ANSWER = (
    "Both maps are red on the eyes and the forehead. *Egyptian cat* gets more from the left "
    "eye and the nose, *tabby* a little more from the chest. The difference is red only on "
    "the face, so the network decided there, by a small surplus."
)
HOSTILE_NAME = "<img src=x onerror=window.owned=1>"
# One cell each: what spoils the rendering of one must not hide another.
HOSTILE_CELLS = (
    "Both maps are red on the eyes.\n\n<script>window.owned=1</script>",
    "<img src=x onerror=window.owned=1>",
    "[click](javascript:window.owned=1)",
    "<a href='javascript:window.owned=1'>click</a>",
    "[click](/formgrader/manage_students/%22;window.owned=1;%22)",
    "<javascript:window.owned=1>",
    "<svg onload=window.owned=1><a xlink:href='javascript:window.owned=1'><text>x</text></a></svg>",
    "<math><maction xlink:href='javascript:window.owned=1'>x</maction></math>",
    "$\\href{javascript:window.owned=1}{x}$ and $$\\href{javascript:window.owned=1}{x}$$",
    "\\\\(\\href{javascript:window.owned=1}{x}\\\\)",
    "<style>body { display: none } input.score { width: 9999px !important }</style>",
    "<div id=cover style='position:fixed;inset:0;z-index:99999;background:red'>x</div>",
    "<base href='https://evil.invalid/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.invalid/'>",
    "<form id=forged action='https://evil.invalid'><input autofocus onfocus=window.owned=1></form>",
    "<iframe srcdoc='<script>parent.owned=1</script>'></iframe><object data='data:text/html,x'>",
    "<details open ontoggle=window.owned=1>x</details>",
    "![x](https://evil.invalid/x.png) ![x](/logout) ![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "<input class=score id=test_compute_cam value=3><textarea class=comment>x</textarea>",
    "</div></div></div></body></html><script>window.owned=1</script>",
    "{{ 7 * 7 }} {% raw %} <%= 1 %> ${window.owned=1}",
)
HOSTILE_FILE = '"><script>window.owned=1<:script>.ipynb'  # a slash cannot be in a file's name


@dataclass
class Watched:
    """A page, and what it tried."""

    page: Page
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: self.dialogs.append(dialog.message))

    def foreign(self, *allowed: str) -> list[str]:
        """What was asked of anybody but those whose addresses begin so."""
        own = ("file:", "data:", "blob:", "about:", *allowed)
        return [url for url in self.requests if not url.startswith(own)]

    def nothing_ran(self) -> bool:
        return (
            self.page.evaluate("window.owned === undefined")
            and not self.dialogs
            and not [url for url in self.requests if "evil.invalid" in url]
        )


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start as root, as tests do in containers.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser):
    """Opens an address and watches it. Content security policies are switched off, so that what
    does not run is what was escaped."""
    contexts = []

    def open_page(address: str, *, width: int = 1000, scheme: str = "light", bypass: bool = True):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=bypass
        )
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.goto(address)
        return watched

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def graded(
    course, releases, student_notebook, solution_notebook, tmp_path_factory
) -> tuple[Course, ClassResults]:
    """A course of its own: an honest mistake, hostile notebooks, a hostile name and file name.

    Graded once for the test run; each process has a copy.
    """

    def make(folder: Path) -> None:
        own = copy_course(folder)
        shutil.copytree(course.root / "release", own.root / "release", dirs_exist_ok=True)
        _hand_in_all(own, student_notebook, solution_notebook)
        grade_class(own, own.submitted, GradingOptions())
        # Learning systems let students choose these; `nbgrader db student import` takes them over.
        with Gradebook(own.database_url, own.id) as gradebook:
            gradebook.update_or_create_student(
                "mallory", first_name=HOSTILE_NAME, last_name=PAYLOAD, email=PAYLOAD
            )

    made = made_once(tmp_path_factory, "browser-course", make)
    folder = tmp_path_factory.mktemp("browser")
    shutil.copytree(made, folder, dirs_exist_ok=True)
    own = find_course(folder)
    return own, read_results(own.results)


def _hand_in_all(course: Course, student: NotebookNode, solution: NotebookNode) -> None:
    def hand_in(
        name: str,
        answers: dict[str, str],
        file_name: str = "lab09.ipynb",
        more: tuple[str, ...] = (),
    ) -> None:
        folder = course.submitted / name / "lab09"
        folder.mkdir(parents=True)
        notebook = worked_notebook(student, solution, answers)
        for index, text in enumerate(more):
            for kind in ("markdown", "raw"):
                notebook.cells.append(
                    {"cell_type": kind, "id": f"{kind}-{index}", "metadata": {}, "source": text}
                )
        (folder / file_name).write_text(json.dumps(notebook))

    hand_in("frances", {"compute_cam": mistakes.NORMALISED_CAM, "interpretation": ANSWER})
    hand_in("mallory", _hostile_answers())
    hand_in("trudy", {"interpretation": HOSTILE_CELLS[0]}, more=HOSTILE_CELLS)
    hand_in("eve", {"compute_gradcam": f"# {PAYLOAD}\nnonsense("}, HOSTILE_FILE)
    hand_in(HOSTILE_NAME, {})


def _hostile_answers() -> dict[str, str]:
    text = repr(PAYLOAD)
    return {
        "predict": f"def predict(model, image_file):\n    return [({text}, 1, 0.5)] * 5",
        "get_resnet_features": "def get_resnet_features(image_file):\n"
        f"    raise type({text}, (Exception,), {{}})({text})",
        "compute_cam": f"def compute_cam(features, label):\n    raise RuntimeError({text})",
        "fc_weight": "from IPython.display import HTML, Javascript, display\n"
        f"print({text})\ndisplay(HTML({text}))\ndisplay(Javascript('window.owned=1'))\n"
        f"display({{'image/svg+xml': '<svg onload=\"window.owned=1\"/>'}}, raw=True)\n"
        f"raise ValueError({text})",
        "interpretation": PAYLOAD + "\n\n[click](javascript:window.owned=1)\n\n"
        "![none](attachment:none.png)",
    }


def keep_picture(name: str, picture: bytes) -> None:
    """Store a picture for the documents, small; only when one is asked to."""
    if UPDATE:
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        buffer = io.BytesIO()
        image.save(buffer, "PNG", optimize=True)
        IMAGES.mkdir(parents=True, exist_ok=True)
        (IMAGES / name).write_bytes(buffer.getvalue())


def address_of(path: Path) -> str:
    return path.as_uri()
