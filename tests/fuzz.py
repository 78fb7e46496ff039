"""How many made-up inputs each reader is tried with: few in the suite, many with CAMLAB_LONG=1."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("CAMLAB_LONG") == "1"


def examples(short: int, long: int) -> settings:
    """So many examples, always the same ones, however slow the machine is."""
    return settings(
        max_examples=long if LONG else short,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


few = examples(60, 2_000)
