"""The marking page's server: on loopback, for whoever has the token in the address.

Answers of students reach the page as HTML that `markdown_to_html` made, in which nothing runs, and
as pictures; the page's policy lets it load its own script and style and nothing else.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from autograder.course import Course
from autograder.marking.marking_session import AnswerChangedError, MarkingSession, Ticked

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
MOST_BODY = 64 * 1024  # bytes that a page may send
_FILES = {
    "": ("marking.html", "text/html"),
    "marking.js": ("marking.js", "text/javascript"),
    "marking.css": ("marking.css", "text/css"),
}


def tokens_for(tas: list[str]) -> dict[str, str]:
    """A secret for each TA's address: token -> TA."""
    return {secrets.token_urlsafe(18): ta for ta in tas}


def marking_app(course: Course, tokens: Mapping[str, str]) -> Starlette:
    """The application.

    Args:
        course: a course that was graded.
        tokens: the secret part of an address -> the TA who has it.

    Raises:
        CamlabError: nothing was graded yet.
    """
    pages = _Pages(MarkingSession(course), tokens)
    routes = [
        Route("/{token}/api/overview", pages.overview),
        Route("/{token}/api/progress", pages.progress),
        Route("/{token}/api/calibrated", pages.calibrated, methods=["PUT"]),
        Route("/{token}/api/sentences", pages.keep_sentence, methods=["PUT"]),
        Route("/{token}/api/answers/{task}/{number}", pages.answer),
        Route("/{token}/api/answers/{task}/{number}", pages.save, methods=["PUT"]),
        Route("/{token}/api/pictures/{task}/{number}/{whence}/{index:int}", pages.picture),
        Route("/{token}/{name:path}", pages.file),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[hosts])


class _Pages:
    """The endpoints. Those without `async` run in threads: they read files and databases."""

    def __init__(self, session: MarkingSession, tokens: Mapping[str, str]) -> None:
        self._session = session
        self._tokens = tokens

    def _ta(self, request: Request) -> str:
        given = request.path_params["token"].encode()
        for token, ta in self._tokens.items():
            if secrets.compare_digest(given, token.encode()):
                return ta
        raise HTTPException(404)

    def file(self, request: Request) -> Response:
        self._ta(request)
        if request.path_params["name"] not in _FILES:
            raise HTTPException(404)
        name, kind = _FILES[request.path_params["name"]]
        return Response(_content(name), media_type=kind, headers=HEADERS)

    def overview(self, request: Request) -> Response:
        return _json(self._session.overview(self._ta(request)))

    def progress(self, request: Request) -> Response:
        return _json(self._session.progress(self._ta(request)))

    def calibrated(self, request: Request) -> Response:
        self._session.calibrated(self._ta(request))
        return _json({})

    def answer(self, request: Request) -> Response:
        ta = self._ta(request)
        try:
            return _json(self._session.answer(_key(request), ta))
        except KeyError:
            raise HTTPException(404) from None

    def picture(self, request: Request) -> Response:
        self._ta(request)
        place = request.path_params
        try:
            kind, content = self._session.picture(_key(request), place["whence"], place["index"])
        except LookupError:
            raise HTTPException(404) from None
        # Opened by itself, too, it is a picture and nothing else.
        policy = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        return Response(content, media_type=kind, headers=HEADERS | policy)

    async def save(self, request: Request) -> Response:
        ta = self._ta(request)
        return await _with_body(request, lambda body: self._saved(_key(request), ta, body))

    def _saved(self, key: str, ta: str, body: Mapping[str, Any]) -> Response:
        try:
            ticked = Ticked(
                tuple(int(tick) for tick in body["ticks"]),
                bool(body["decided"]),
                str(body["comment"]),
                str(body["revision"]),
            )
        except (KeyError, TypeError, ValueError):
            raise HTTPException(422) from None
        try:
            return _json(self._session.save(key, ta, ticked))
        except AnswerChangedError:
            return _json(self._session.answer(key, ta), status=409)
        except OperationalError:
            # Somebody is writing to the gradebook; the page tries again.
            return _json({}, status=503)
        except KeyError:
            raise HTTPException(404) from None

    async def keep_sentence(self, request: Request) -> Response:
        self._ta(request)
        return await _with_body(
            request, lambda body: _json(self._session.keep_sentence(str(body.get("text", ""))))
        )


async def _with_body(
    request: Request, answer: Callable[[Mapping[str, object]], Response]
) -> Response:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BODY:
            raise HTTPException(413)
    try:
        data = _json_object(body)
    except ValueError:
        raise HTTPException(422) from None
    return await run_in_threadpool(answer, data)


def _json_object(body: bytes) -> Mapping[str, object]:
    """A JSON object; ValueError for anything else."""
    data = json.loads(body)
    if not isinstance(data, dict):
        raise ValueError("not an object")
    return data


def _key(request: Request) -> str:
    return f"{request.path_params['task']}/{request.path_params['number']}"


def _json(data: object, status: int = 200) -> Response:
    return JSONResponse(data, status, headers=HEADERS)


@cache
def _content(name: str) -> bytes:
    return files("autograder.marking").joinpath("templates", name).read_bytes()
