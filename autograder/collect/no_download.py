"""What people collect by mistake: a course, a document, a notebook without anybody's name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograder.collect.hand_ins import HandIn
from autograder.course import CONFIG_NAME
from autograder.errors import CamlabError
from autograder.text.plain_text import plain

_DOCUMENTS = ("[Content_Types].xml", "mimetype")  # at the top: Office's, OpenDocument's and EPUB's

# What nbgrader and Camlab call the folders of a course and of a release.
_NBGRADERS = frozenset(
    ("source", "release", "student", "solution", "submitted", "autograded", "feedback", "labs")
)


def refuse_what_is_no_download(names: Sequence[tuple[str, ...]]) -> None:
    """Look at what lies at the top, or in the only folder there.

    Raises:
        CamlabError: nobody's submissions are in there.
    """
    tops = {parts[0]: len(parts) > 1 for parts in names}
    if len(tops) == 1 and all(tops.values()):
        tops = {parts[1]: len(parts) > 2 for parts in names}
    folders = {name for name, folder in tops.items() if folder}
    if (CONFIG_NAME in tops and "source" in folders) or _is_nbgraders(folders):
        raise CamlabError(
            "This is a course folder or a release, with the solution in it. Name the download, or "
            "the folder of submissions."
        )
    if any(name in tops and name not in folders for name in _DOCUMENTS):
        raise CamlabError("This is a document (of Word, say), and no download of submissions.")


def _is_nbgraders(folders: Collection[str]) -> bool:
    return len(folders) > 1 and _NBGRADERS.issuperset(folders)


def why_nobody(
    found: Sequence[HandIn], names: Sequence[tuple[str, ...]], system: str, lab: str
) -> str:
    """Why what was found is no student's work, as a sentence; empty where it is."""
    if system != "markus":
        return "" if found else "Name the system with --from, or check the file."
    if {one.name for one in found} == {lab}:
        return (
            f"Its only folder is {lab}: that is the release, or one student's work without a name. "
            "Put it into a folder that has the student's name."
        )
    loose = [parts[-1] for parts in names if parts[-1].lower().endswith(".ipynb")]
    if loose and not any(one.notebook or one.refused for one in found) and _only_loose(names):
        return (
            f"Its notebooks, such as {plain(loose[0], 80)}, lie in nobody's folder. Put each into "
            "a folder that has its student's name."
        )
    return "" if found else "Name the system with --from, or check the file."


def _only_loose(names: Sequence[tuple[str, ...]]) -> bool:
    """Whether all notebooks lie beside the folders, and none in them."""
    notebooks = [parts for parts in names if parts[-1].lower().endswith(".ipynb")]
    above = {parts[:-1] for parts in notebooks}
    odd = any(part in ("", ".", "..") for parts in above for part in parts)
    top = min(map(len, names))
    return len(above) == 1 and not odd and all(len(parts) == top for parts in notebooks)
