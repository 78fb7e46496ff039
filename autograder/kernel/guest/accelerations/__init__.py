"""What makes students' networks and figures quicker, and changes nothing that they can tell.

    shared_weights     weights are mapped from their file, which all children share
    activation_cache   what the trunk of such a network made of a picture is kept
    lazy_gradients     gradients of its large weights are computed when somebody asks for them
    drawing            fonts found once, PNGs packed less tightly
    late_compiler      torch's compiler is loaded when somebody compiles
    unfilled           networks are built without first values that are replaced at once

All of it behind one switch: with CAMLAB_ACCELERATIONS=off in the environment, students get what
torchvision and matplotlib give, and the same marks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the switch is on."""
    return environment.get("CAMLAB_ACCELERATIONS", "on") != "off"
