"""MarkUs's own client, with what it lacks: a time limit, a limit on size, and refusals as errors.

`markusapi` calls `requests.get` and its like, without a time limit, and gives an answer's status
away. A session of ours stands in for `requests` while a connection is open.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import markusapi.markusapi as client_module
import requests
from markusapi import Markus
from platformdirs import user_config_path
from requests.auth import AuthBase

from autograder.errors import CamlabError

KEY_VARIABLE = "MARKUS_API_KEY"
SECONDS = (10.0, 120.0)  # to connect, and between two pieces of an answer
MOST_BYTES = 200 * 2**20  # of one answer
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MarkusError(CamlabError):
    """MarkUs did not do what it was asked for."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class MarkusClient(Markus):
    """The client, and the route for overall comments that it does not have yet."""

    def get_overall_comment(self, course_id: int, assignment_id: int, group_id: int) -> str | None:
        """The comment; "" where there is none; None where this MarkUs cannot tell (before 2.10.1).

        Raises:
            MarkusError: there is no submission.
        """
        url = self._overall_comment(course_id, assignment_id, group_id)
        try:
            response = client_module.requests.get(url, headers=self._auth_header)
            return str(response.json()["overall_comment"] or "")
        except MarkusError as refusal:
            if refusal.status == 404 and "submission" not in str(refusal).lower():
                return None  # Rails knows no such route
            raise
        except (ValueError, KeyError, TypeError):
            return None

    def update_overall_comment(
        self, course_id: int, assignment_id: int, group_id: int, comment: str
    ) -> None:
        url = self._overall_comment(course_id, assignment_id, group_id)
        body = {"overall_comment": comment}
        client_module.requests.patch(url, json=body, headers=self._auth_header)

    def _overall_comment(self, course_id: int, assignment_id: int, group_id: int) -> str:
        place = f"courses/{course_id}/assignments/{assignment_id}/groups/{group_id}"
        return str(self._url(f"{place}/overall_comment"))


class _Key(AuthBase):
    """Puts the key into the header, so that a .netrc cannot put something else there."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"MarkUsAuth {self._key}"
        return request


class _Session(requests.Session):
    """`requests`, as MarkUs's client uses it."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__()
        self._markus = url
        self._hidden = key
        self.auth = _Key(key)

    def request(  # type: ignore[override] # requests names all of its options
        self, method: str, url: str, **options: Any
    ) -> requests.Response:
        # A redirection would carry the marks, and perhaps the key, to another address.
        options |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        try:
            response = super().request(method, url, **options)
            content = _bounded(response)
        except requests.RequestException as error:
            raise CamlabError(
                f"MarkUs at {self._markus} cannot be reached ({type(error).__name__}). Check the "
                "address and the network. What was done stands; the same command goes on."
            ) from None  # the cause could show the key
        response.raw = io.BytesIO(content)
        response.encoding = "utf-8"  # MarkUs's tables do not say so
        if response.is_redirect:
            raise MarkusError(
                response.status_code,
                f"MarkUs at {self._markus} sends us to another address. Give the one that the "
                "browser shows, without what follows the name of the server or of the instance.",
            )
        if not response.ok:
            raise _refusal(self._markus, response, self._hidden)
        return response


def _bounded(response: requests.Response) -> bytes:
    pieces, size = [], 0
    while piece := response.raw.read(2**20, decode_content=True):
        size += len(piece)
        if size > MOST_BYTES:
            response.close()
            raise MarkusError(200, f"It has more than {MOST_BYTES >> 20} MB.")
        pieces.append(piece)
    return b"".join(pieces)


def _refusal(url: str, response: requests.Response, key: str) -> MarkusError:
    status = response.status_code
    if status in (401, 403):
        return MarkusError(
            status,
            f"MarkUs at {url} refuses the key ({status}). It must be the key of an instructor of "
            "this course (Settings, API Key); a TA's key may only list.",
        )
    if status >= 502 or status == 429:
        return MarkusError(
            status,
            f"MarkUs at {url} is busy or down ({status}). What was done stands; the same command "
            "goes on.",
        )
    return MarkusError(status, _said(response).replace(key, "…"))


def _said(response: requests.Response) -> str:
    """MarkUs's own sentence."""
    try:
        answer = response.json()
        said = answer.get("description") or answer.get("errors")
    except (ValueError, AttributeError):
        said = ""
    return str(said or f"It answered {response.status_code} without a reason.")[:300]


@contextmanager
def connect(url: str, key: str) -> Iterator[MarkusClient]:
    """A client for one MarkUs.

    Args:
        url: its address, such as https://markus.example.edu.
        key: an instructor's API key.

    Raises:
        CamlabError: the address is none, or would send the key without encryption.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CamlabError(f"{url!r} is not an address such as https://markus.example.edu.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise CamlabError(f"{url} would send the key without encryption. Use https.")
    usual = client_module.requests
    with _Session(url, key) as session:
        client_module.requests = session
        try:
            yield MarkusClient(key, url.rstrip("/"))
        finally:
            client_module.requests = usual


def read_key(file: Path | None = None) -> str:
    """The API key, from the environment or from a file that nobody else can read.

    Args:
        file: where to look; None: `MARKUS_API_KEY`, then `markus.key` among the user's settings.

    Raises:
        CamlabError: there is none, or others could read it.
    """
    if file is None and (key := os.environ.get(KEY_VARIABLE, "").strip()):
        return key
    path = file or user_config_path("camlab") / "markus.key"
    try:
        status = path.stat()
        key = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise CamlabError(
            f"There is no key for MarkUs. Put an instructor's key (Settings, API Key) into {path}, "
            f"then `chmod 600 {path}`; or set {KEY_VARIABLE}."
        ) from None
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
        raise CamlabError(f"Others can read the key in {path}. Run `chmod 600 {path}`.")
    if not key or len(key.split()) != 1:
        raise CamlabError(f"{path} must hold the key and nothing else.")
    return key
