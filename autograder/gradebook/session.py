"""One warm sandbox for a whole `nbgrader autograde`, closed when the process ends."""

from __future__ import annotations

import atexit
from contextlib import ExitStack

from autograder.course import Course
from autograder.marking import Marker, open_marker, read_release, set_up

_sessions: dict[Course, Marker] = {}


def autograde_session(course: Course) -> Marker:
    """The marker of this process for `course`; started when first asked for."""
    if course not in _sessions:
        stack = ExitStack()
        _sessions[course] = stack.enter_context(open_marker(set_up(course, read_release(course))))
        atexit.register(stack.close)
    return _sessions[course]
