"""Try the walls without loading anything: does this machine let a child have them?"""

from __future__ import annotations

import os
import sys
import tempfile

from . import isolation, prctl, system_calls


def main() -> None:
    """Build a child as the fork server would; exit 0 if every wall stands, else say which fell."""
    if len(sys.argv) > 2:
        prctl.become_unknown_user(int(sys.argv[2]))
    isolation.enter_namespaces()
    if os.fork() == 0:
        status = 1
        try:
            isolation.build_walls(sys.argv[1], 2**20, [])
            prctl.no_new_privileges()
            if os.path.exists(tempfile.mkstemp(dir=f"{sys.argv[1]}/work")[1]):
                status = 0
            print("filter" if system_calls.load_filter() else "no filter", flush=True)
        except OSError as error:
            print(error, file=sys.stderr, flush=True)
        os._exit(status)
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
