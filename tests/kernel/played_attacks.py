"""Run every attack in one kind of sandbox, and print what became of them as JSON.

python -m tests.kernel.played_attacks KIND
"""

from __future__ import annotations

import json
import sys

from autograder.kernel.guest.attacks import ATTACKS
from autograder.kernel.trial import open_attacked, try_attacks
from autograder.scratch import scratch_folder


def main() -> None:
    with scratch_folder() as runtime, open_attacked(sys.argv[1], runtime) as sandbox:
        trials = try_attacks(sandbox, ATTACKS.values())
        found = {
            trial.attack.name: {"got": trial.got, "refused": trial.refused, "gap": trial.gap}
            for trial in trials
        }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
