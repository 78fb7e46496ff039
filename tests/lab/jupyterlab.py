"""JupyterLab in a real browser, driven as a student's session."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.jupyterlab_server import jupyterlab

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RUN_ALL_LIMIT = 240_000  # milliseconds, on a machine that does other things as well
# The notebook's panel; nothing of it is there before the page has loaded its scripts.
PANEL = "window.jupyterapp?.shell?.currentWidget"


@contextmanager
def serve(folder: Path, scratch: Path, torch_home: Path) -> Iterator[str]:
    """Start JupyterLab on a folder, with settings of its own; yield its address with the token."""
    settings = scratch / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    environment = {
        "TORCH_HOME": str(torch_home),
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
    }
    with jupyterlab(folder, scratch, environment) as (address, token):
        yield f"{address}/lab/tree/lab09.ipynb?token={token}"


@contextmanager
def open_notebook(address: str) -> Iterator[Page]:
    """Open the notebook and wait until its kernel is ready."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.wait_for_function(
            f"() => {PANEL}?.content?.widgets?.length > 5"
            f" && {PANEL}.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=120_000,
        )
        yield page
        browser.close()


def fill_in(page: Page, answers: dict[str, str]) -> None:
    """Write into the open document the source of cells, by their ids."""
    page.evaluate(
        f"""answers => {{
            for (const cell of {PANEL}.content.widgets)
                if (cell.model.id in answers)
                    cell.model.sharedModel.setSource(answers[cell.model.id]);
        }}""",
        answers,
    )


def run_all(page: Page) -> None:
    """The menu's Run All Cells; returns when the last cell has said something."""
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_function(
        f"""() => {{
            const cells = {PANEL}.content.widgets.filter(cell => cell.model.type === 'code');
            return cells.at(-1).model.outputs.length > 0
                && {PANEL}.sessionContext.session.kernel.status === 'idle';
        }}""",
        timeout=RUN_ALL_LIMIT,
    )


def save(page: Page) -> None:
    page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save'); }")


def show(page: Page, cell_id: str) -> None:
    """Scroll to a cell, as a reader would, and wait until its pictures are there."""
    page.evaluate(
        f"""async id => {{
            const notebook = {PANEL}.content;
            const index = notebook.widgets.findIndex(cell => cell.model.id === id);
            notebook.activeCellIndex = index;
            await notebook.scrollToItem(index, 'start');
        }}""",
        cell_id,
    )
    page.wait_for_function(
        # The editor has images of its own, without a source, around what it folds in long lines.
        "() => [...document.querySelectorAll('.jp-Cell.jp-mod-active img:not(.cm-widgetBuffer)')]"
        ".every(picture => picture.complete && picture.naturalWidth > 0)"
    )


def set_theme(page: Page, name: str) -> None:
    page.evaluate(
        "async theme => { await window.jupyterapp.commands.execute("
        "'apputils:change-theme', {theme}); }",
        name,
    )
    light = "true" if name.endswith("Light") else "false"
    page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
