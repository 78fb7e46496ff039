"""macOS: the profile of `sandbox-exec` for one child. All that it does not name is denied.

Apple calls the program deprecated; Bazel, Chromium and others rest on it all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

PROGRAM = "/usr/bin/sandbox-exec"
_SYSTEM = ("/System/Library", "/Library/Apple", "/usr/share", "/private/var/db/timezone")
_ALLOWED = """(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow process-info* (target same-sandbox))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow file-read-metadata)
(allow ipc-posix-sem)
(allow network-inbound (local unix-socket))
(allow file-read* (literal "/"))
(allow file-read* (literal "/dev/random") (literal "/dev/urandom"))
(allow file-read* file-write-data (literal "/dev/null") (literal "/dev/zero"))
"""


def profile(readable: Iterable[Path], writable: Iterable[Path]) -> str:
    """What a child may do: read these, and write those."""
    lines = [_ALLOWED]
    for path in dict.fromkeys((*map(Path, _SYSTEM), *readable)):
        lines.append(f"(allow file-read* file-map-executable (subpath {_text(path)}))\n")
    for path in writable:
        lines.append(f"(allow file-read* file-write* (subpath {_text(path)}))\n")
    return "".join(lines)


def command(readable: Iterable[Path], writable: Iterable[Path]) -> list[str]:
    """What to put before the interpreter. Links are followed: the system looks at real paths."""
    resolved = [[path.resolve() for path in paths] for paths in (readable, writable)]
    return [PROGRAM, "-p", profile(*resolved)]


def _text(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
