"""Which assignment of which MarkUs: where it stands in the course's settings, and its groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.markus.connection import MarkusClient, MarkusError


@dataclass(frozen=True)
class Place:
    """What `c.MarkUs` in nbgrader_config.py says, or the command line."""

    url: str
    course: str  # its number in MarkUs, or its name
    assignment: str  # its short identifier
    criteria: Mapping[str, str] = field(default_factory=dict)  # our task -> the criterion's title


@dataclass(frozen=True)
class Assignment:
    """The assignment, found."""

    course_id: int
    id: int
    name: str
    due: datetime | None

    @property
    def ids(self) -> tuple[int, int]:
        return self.course_id, self.id


@dataclass(frozen=True)
class Listed:
    """A group as MarkUs lists it."""

    id: int
    name: str
    members: tuple[str, ...]  # user names of those who accepted, sorted


def find_place(course: Course, url: str = "", course_name: str = "", assignment: str = "") -> Place:
    """Bring the settings and the command line together; the latter wins.

    Raises:
        CamlabError: it is not known which MarkUs or which course is meant.
    """
    settings = course.nbgrader_config().MarkUs
    place = Place(
        url or str(settings.get("url", "")),
        course_name or str(settings.get("course", "")),
        assignment or str(settings.get("assignments", {}).get(course.lab.name, course.lab.name)),
        dict(settings.get("criteria", {})),
    )
    if not place.url or not place.course:
        raise CamlabError(
            "It is not known which MarkUs is meant. Write into nbgrader_config.py "
            '`c.MarkUs.url = "https://markus.example.edu"` and `c.MarkUs.course = "csc413"`, or '
            "give --url and --course."
        )
    return place


def find_assignment(client: MarkusClient, place: Place) -> Assignment:
    """Ask MarkUs for the assignment.

    Raises:
        CamlabError: there is no such course or assignment; those that there are are named.
    """
    course_id = int(place.course) if place.course.isdecimal() else _course_id(client, place)
    try:
        found = client.get_assignments(course_id)
    except MarkusError as refusal:
        if refusal.status != 404:
            raise
        raise CamlabError(f"{place.url} knows no course {place.course}.") from refusal
    for one in found:
        if one["short_identifier"] == place.assignment:
            due = one.get("due_date")
            when = datetime.fromisoformat(due) if due else None
            return Assignment(course_id, int(one["id"]), place.assignment, when)
    names = ", ".join(str(one["short_identifier"]) for one in found) or "none"
    raise CamlabError(
        f"The course {place.course} on {place.url} has no assignment {place.assignment}. It has "
        f"{names}. Give --assignment, or set c.MarkUs.assignments."
    )


def list_groups(client: MarkusClient, assignment: Assignment) -> list[Listed]:
    """All groups that have a member, by name."""
    users = {
        role["id"]: str(role["user_name"]) for role in client.get_all_roles(assignment.course_id)
    }
    return sorted(
        (
            Listed(int(group["id"]), str(group["group_name"]), _members(group, users))
            for group in client.get_groups(*assignment.ids)
        ),
        key=lambda group: group.name,
    )


def _members(
    group: Mapping[str, list[dict[str, Any]]], users: Mapping[int, str]
) -> tuple[str, ...]:
    """Those who belong to a group; whoever did not answer an invitation, or declined, does not."""
    return tuple(
        sorted(
            users.get(one["role_id"], f"role {one['role_id']}")
            for one in group.get("members", ())
            if one["membership_status"] in ("inviter", "accepted")
        )
    )


def _course_id(client: MarkusClient, place: Place) -> int:
    found = client.get_all_courses()
    for one in found:
        if place.course in (one["name"], one.get("display_name")):
            return int(one["id"])
    names = ", ".join(str(one["name"]) for one in found) or "none"
    raise CamlabError(f"{place.url} has no course {place.course} for this key. It has {names}.")
