"""A MarkUs of the tests' own, on loopback, for the real client.

It keeps the rules of MarkUs 2.10 as its source has them (`app/controllers/api`, read at 4401041c):
who may, which status and sentence each refusal has, that marking which is complete is not changed,
that unknown criteria are passed over in silence, that extra marks add up, and that the summary of
grades has a row for each student.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.serving import serving_app

KEY = "aW5zdHJ1Y3Rvcg=="
TA_KEY = "dGE="
COURSE, ASSIGNMENT = 7, 21
HERE = "/api/courses/{course:int}/assignments/{assignment:int}/groups/{group:int}"


@dataclass
class Feedback:
    id: int
    filename: str
    content: bytes
    mime_type: str


@dataclass
class MadeUpGroup:
    id: int
    name: str
    members: list[str]
    files: dict[str, bytes] = field(default_factory=dict)
    collected: bool = True
    marks: dict[str, float] = field(default_factory=dict)
    extra: list[tuple[float, str]] = field(default_factory=list)
    comment: str = ""
    complete: bool = False
    released: bool = False
    feedback: list[Feedback] = field(default_factory=list)

    @property
    def total(self) -> float:
        return max(0.0, sum(self.marks.values()) + sum(mark for mark, _ in self.extra))


@dataclass
class MarkUs:
    """Its state, and every request that it got."""

    groups: dict[int, MadeUpGroup]
    criteria: dict[str, float]
    due: str = "2026-11-20T22:00:00.000-05:00"
    old: bool = False  # before 2.10.1: no overall comments
    requests: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda request: None
    after: Callable[[str], None] = lambda request: None
    url: str = ""

    @property
    def writes(self) -> list[str]:
        return [one for one in self.requests if not one.startswith("GET")]

    def group(self, name: str) -> MadeUpGroup:
        return next(one for one in self.groups.values() if one.name == name)

    @property
    def users(self) -> dict[str, int]:
        names = sorted({user for one in self.groups.values() for user in one.members})
        return {name: 100 + index for index, name in enumerate(names)}


def said(code: int, description: str) -> JSONResponse:
    """`shared/http_status`."""
    return JSONResponse({"code": str(code), "description": description}, code)


NO_SUBMISSION = "No submission exists for that group"
UNPROCESSABLE = "The request was well-formed but was unable to be followed due to semantic errors."


async def uploaded(request: Request) -> bytes:
    """The part `file_content` of a multipart body; empty where there is none."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + await request.body()).get_payload()
    for part in parts:
        if part.get_param("name", header="content-disposition") == "file_content":
            return part.get_payload(decode=True)
    return b""


class _Api:
    def __init__(self, markus: MarkUs) -> None:
        self.markus = markus

    def routes(self) -> list[Route]:
        courses = "/api/courses"
        assignment = f"{courses}/{{course:int}}/assignments/{{assignment:int}}"
        table = [
            (f"{courses}.json", self.courses, "GET"),
            (f"{courses}/{{course:int}}/roles.json", self.roles, "GET"),
            (f"{courses}/{{course:int}}/assignments.json", self.assignments, "GET"),
            (f"{assignment}/groups.json", self.groups, "GET"),
            (f"{assignment}/grades_summary.json", self.grades_summary, "GET"),
            (f"{HERE}/submission_files.json", self.submission_files, "GET"),
            (f"{HERE}/update_marks.json", self.update_marks, "PUT"),
            (f"{HERE}/create_extra_marks.json", self.create_extra_marks, "POST"),
            (f"{HERE}/remove_extra_marks.json", self.remove_extra_marks, "DELETE"),
            (f"{HERE}/update_marking_state.json", self.update_marking_state, "PUT"),
            (f"{HERE}/feedback_files.json", self.list_feedback, "GET"),
            (f"{HERE}/feedback_files.json", self.create_feedback, "POST"),
            (f"{HERE}/feedback_files/{{file:int}}.json", self.update_feedback, "PUT"),
        ]
        if not self.markus.old:
            table += [
                (f"{HERE}/overall_comment.json", self.get_comment, "GET"),
                (f"{HERE}/overall_comment.json", self.set_comment, "PATCH"),
            ]
        return [Route(path, self._guarded(do), methods=[method]) for path, do, method in table]

    def _guarded(self, do):
        async def endpoint(request: Request) -> Response:
            words = f"{request.method} {request.url.path}"
            self.markus.before(words)
            self.markus.requests.append(words)
            scheme, _, key = request.headers.get("authorization", "").partition(" ")
            lists = do == self.assignments
            if scheme != "MarkUsAuth" or key not in (KEY, TA_KEY) or (key == TA_KEY and not lists):
                return said(403, "You do not have permission to access this page.")
            if request.path_params.get("course", COURSE) != COURSE:
                return said(404, "The page you were looking for could not be located on this site.")
            response = await do(request)
            self.markus.after(words)
            return response

        return endpoint

    def _group(self, request: Request) -> MadeUpGroup:
        return self.markus.groups[request.path_params["group"]]

    def _result(self, request: Request) -> MadeUpGroup | None:
        group = self._group(request)
        return group if group.collected else None

    async def courses(self, request: Request) -> Response:
        return JSONResponse(
            [{"id": COURSE, "name": "csc413", "display_name": "CSC413", "is_hidden": False}]
        )

    async def roles(self, request: Request) -> Response:
        users = self.markus.users.items()
        return JSONResponse([{"id": number, "user_name": name} for name, number in users])

    async def assignments(self, request: Request) -> Response:
        one = {"id": ASSIGNMENT, "short_identifier": "lab09", "due_date": self.markus.due}
        return JSONResponse([{"id": 20, "short_identifier": "a1", "due_date": None}, one])

    async def groups(self, request: Request) -> Response:
        users = self.markus.users
        return JSONResponse(
            [
                {
                    "id": one.id,
                    "group_name": one.name,
                    "members": [
                        {
                            "role_id": users[name],
                            "membership_status": "accepted" if index else "inviter",
                        }
                        for index, name in enumerate(one.members)
                    ],
                }
                for one in self.markus.groups.values()
            ]
        )

    async def grades_summary(self, request: Request) -> Response:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        who = ["User Name", "Section", "Last Name", "First Name", "ID Number", "Email"]
        names = list(self.markus.criteria)
        writer.writerow(["Group name", *who, "Total Mark", *names, "Bonus/Deductions"])
        most = self.markus.criteria.values()
        writer.writerow([" "] * len(who) + ["Max Mark", sum(most), *most, ""])
        for group in self.markus.groups.values():
            for user in group.members:
                line = [group.name, user, "", "", "", "", ""]
                if not group.collected:
                    writer.writerow(line + [None] * (2 + len(names)))
                    continue
                marks = [group.marks.get(name) for name in names]
                extra = sum(mark for mark, _ in group.extra)
                writer.writerow([*line, group.total, *marks, extra])
        return Response(text.getvalue().encode(), media_type="text/csv")

    async def submission_files(self, request: Request) -> Response:
        group = self._group(request)
        if request.query_params.get("collected") and not group.collected:
            return said(404, "Submission was not found")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in group.files.items():
                archive.writestr(name, content)
        return Response(buffer.getvalue(), media_type="application/zip")

    async def update_marks(self, request: Request) -> Response:
        group = self._result(request)
        if group is None:
            return said(404, NO_SUBMISSION)
        if group.complete:
            return said(404, "Marking for that submission is already completed")
        body = json.loads(await request.body())
        matched = {name: mark for name, mark in body.items() if name in self.markus.criteria}
        if not matched:
            return said(404, "No criteria were found that match that request.")
        for name, mark in matched.items():
            if mark == "nil":
                group.marks.pop(name, None)
            elif not 0 <= float(mark) <= self.markus.criteria[name]:
                most = self.markus.criteria[name]
                return said(500, f"Mark must be less than or equal to {most}")
            else:
                group.marks[name] = float(mark)
        return said(200, "Success")

    async def create_extra_marks(self, request: Request) -> Response:
        group = self._result(request)
        if group is None:
            return said(404, NO_SUBMISSION)
        query = request.query_params
        group.extra.append((float(query["extra_marks"]), query["description"]))
        return said(200, "Extra mark created successfully")

    async def remove_extra_marks(self, request: Request) -> Response:
        group = self._result(request)
        if group is None:
            return said(404, NO_SUBMISSION)
        query = request.query_params
        one = (float(query["extra_marks"]), query["description"])
        if one not in group.extra:
            return said(404, "No such Extra Mark exist for that result")
        group.extra.remove(one)
        return said(200, "Extra mark removed successfully")

    async def update_marking_state(self, request: Request) -> Response:
        group = self._result(request)
        state = request.query_params.get("marking_state", "")
        if not state:
            return said(422, UNPROCESSABLE)
        if group is None:
            return said(404, NO_SUBMISSION)
        if state not in ("complete", "incomplete"):
            return said(500, "Marking state is not included in the list")
        if state == "complete" and set(group.marks) != set(self.markus.criteria):
            return said(500, "Can not set to complete: not all criteria have been marked")
        if state == "incomplete" and group.released:
            return said(500, "Marks have been released to students")
        group.complete = state == "complete"
        return said(200, "Success")

    async def list_feedback(self, request: Request) -> Response:
        group = self._result(request)
        if group is None:
            return PlainTextResponse("", 500)  # MarkUs calls a method of nil
        files = [{"id": one.id, "filename": one.filename} for one in group.feedback]
        return JSONResponse(files)

    async def create_feedback(self, request: Request) -> Response:
        group = self._group(request)
        query, content = request.query_params, await uploaded(request)
        if not query.get("filename") or not query.get("mime_type") or not content:
            return said(422, UNPROCESSABLE)
        if any(one.filename == query["filename"] for one in group.feedback):
            return said(409, "A Feedback File with that filename already exists")
        number = 1 + sum(len(one.feedback) for one in self.markus.groups.values())
        group.feedback.append(Feedback(number, query["filename"], content, query["mime_type"]))
        return said(201, "The resource has been created.")

    async def update_feedback(self, request: Request) -> Response:
        group = self._group(request)
        number = request.path_params["file"]
        file = next((one for one in group.feedback if one.id == number), None)
        if file is None:
            return said(404, "The page you were looking for could not be located on this site.")
        file.content = await uploaded(request)
        return said(200, "Success")

    async def get_comment(self, request: Request) -> Response:
        group = self._result(request)
        return (
            said(404, NO_SUBMISSION)
            if group is None
            else JSONResponse({"overall_comment": group.comment or None})
        )

    async def set_comment(self, request: Request) -> Response:
        group = self._result(request)
        if group is None:
            return said(404, NO_SUBMISSION)
        comment = json.loads(await request.body()).get("overall_comment", "")
        if not comment.strip():
            return said(422, UNPROCESSABLE)
        if group.released:
            return said(422, "Overall comment Marks have been released to students")
        group.comment = comment
        return Response(status_code=200)


@contextmanager
def serving(markus: MarkUs) -> Iterator[MarkUs]:
    """Serve on a free port of loopback while the block runs."""
    with serving_app(Starlette(routes=_Api(markus).routes())) as markus.url:
        yield markus
