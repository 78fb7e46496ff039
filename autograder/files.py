"""Writing files so that nothing is ever half-written; removing them so that nothing is left."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import CamlabError
from autograder.locks import hold, hold_now

_UNFINISHED = ".unfinished"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextlib.contextmanager
def refusals_explained() -> Iterator[None]:
    """Say in a sentence what the system refused: a full disk, a folder that cannot be written.

    Raises:
        CamlabError: instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise CamlabError(explain_refusal(error)) from error


def explain_refusal(error: OSError) -> str:
    """What the system refused, of which file, and what to do."""
    named = os.fsencode(error.filename or b"") if not isinstance(error.filename, int) else b""
    where = named.decode("utf-8", "backslashreplace") or "A file"
    if error.errno in _FULL:
        what = f"{where} could not be written: {error.strerror}. Make room there"
    else:
        what = f"{where} could not be read or written: {error.strerror or error}. Mend that"
    return f"{what} and run the same command again; what was finished is kept."


def write_atomically(
    path: Path, content: bytes, mode: int = 0o644, *, durable: bool = True
) -> None:
    """Write beside `path`, flush to the disk, then rename: readers see the old file or the new.

    What is not `durable` may be lost when the machine itself fails: cheaper by a flush.

    Raises:
        OSError: the system refused, and `path` is as it was; its `filename` is `path`.
    """
    try:
        _write_beside(path, content, mode, durable)
    except OSError as error:
        error.filename = str(path)  # not the file beside it, which nobody ever sees
        raise


def _write_beside(path: Path, content: bytes, mode: int, durable: bool) -> None:
    try:
        handle, temporary = _temporary_beside(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = _temporary_beside(path)
    try:
        with os.fdopen(handle, "wb") as file:
            # Held until the new name is there: `remove_unfinished` sees that we are alive.
            hold(file.fileno())
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
            os.chmod(temporary, mode)
            os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _temporary_beside(path: Path) -> tuple[int, str]:
    return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_UNFINISHED)


def remove_unfinished(folder: Path, *below: str) -> None:
    """Remove what killed processes were about to write in `folder`, and in and under `below`."""
    found = [folder.glob(f".*{_UNFINISHED}")]
    found += [(folder / name).rglob(f".*{_UNFINISHED}") for name in below]
    for path in itertools.chain.from_iterable(found):
        with contextlib.suppress(OSError), path.open("rb") as file:
            if hold_now(file.fileno()):  # else its writer lives
                path.unlink()


def remove_tree(folder: Path) -> None:
    """Remove a folder that a stranger filled, however deep it is and whatever its modes are."""
    with contextlib.suppress(RecursionError):  # Python 3.11 recurses into each folder
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*command, "--", folder], stderr=subprocess.DEVNULL, check=False)
