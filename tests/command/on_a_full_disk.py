"""What commands do on a disk that is full, and afterwards: `python -m … COURSE DISK`.

The course is copied to the disk, graded there, and the disk is filled. To standard output goes, for
each command, [what was typed, exit code, errors, files that changed or are gone].
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.command.forking import run

SCRATCH = Path(tempfile.gettempdir())


def main(course: Path, disk: Path) -> None:
    root = disk / "course"
    shutil.copytree(course, root)
    os.chdir(root)
    said = [_run(root, "grade"), _run(root, "marks", "--export", "to-mark.csv")]
    heading, *lines = (root / "to-mark.csv").read_text("utf-8-sig").splitlines()
    marked = [line.replace(",equivariance,,", ",equivariance,1,") for line in lines]
    assert marked != lines
    filled_in = SCRATCH / "filled-in.csv"
    filled_in.write_text("\n".join([heading, *marked]) + "\n")
    newer = root / "submitted" / "eve" / "lab10" / "lab10.ipynb"
    newer.write_bytes(newer.read_bytes().replace(b"return [2]", b"return [7]"))
    shutil.rmtree(root / "feedback" / "ada")
    _fill(disk)
    said += [
        _run(root, "report"),
        _run(root, "export", "--to", "csv"),
        _run(root, "marks", "--import", str(filled_in)),
        _run(root, "grade"),
    ]
    (disk / "rest").unlink()
    said += [
        _run(root, "grade"),
        _run(root, "marks", "--import", str(filled_in)),
        _run(root, "export", "--to", "csv"),
    ]
    marks = (root / "exports" / "marks.csv").read_text("utf-8-sig")
    json.dump([said, marks, (root / "feedback/ada/lab10/lab10.html").is_file()], sys.stdout)


def _fill(disk: Path) -> None:
    with (disk / "rest").open("wb", buffering=0) as file:
        for size in (2**20, 4096):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def _run(root: Path, *command: str) -> tuple[str, int, str, list[str]]:
    before = _files(root)
    code, _, errors = run(["camlab", *command], SCRATCH)
    after = _files(root)
    changed = [str(path) for path, content in before.items() if after.get(path) != content]
    return command[0], code, errors, changed


def _files(root: Path) -> dict[Path, bytes]:
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
