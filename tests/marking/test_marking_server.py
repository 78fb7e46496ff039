"""The page's server: for whoever has the address, on loopback, with a policy that runs nothing."""

from __future__ import annotations

import requests

from autograder.marking.marking_session import MarkingSession
from tests.marking.conftest import serving


def test_without_the_token_there_is_nothing(marked_course):
    with serving(marked_course, "ann") as served:
        for path in ("/", "/api/overview", "/wrong/", "/wrong/api/overview"):
            assert requests.get(served.host + path, timeout=30).status_code == 404
        assert requests.get(served.address("ann"), timeout=30).status_code == 200


def test_another_host_name_is_refused_so_that_no_page_can_rebind_to_it(marked_course):
    with serving(marked_course, "ann") as served:
        reply = requests.get(served.address("ann"), headers={"Host": "evil.invalid"}, timeout=30)
        assert reply.status_code == 400


def test_a_policy_goes_with_every_answer(marked_course):
    (key, *_) = MarkingSession(marked_course).overview("ann")["answers"]
    with serving(marked_course, "ann") as served:
        for path in ("", "marking.js", "api/overview", f"api/answers/{key}"):
            reply = requests.get(served.address("ann") + path, timeout=30)
            policy = reply.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "script-src 'self';" in policy
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
        reply = requests.get(f"{served.address('ann')}api/pictures/{key}/handed-in/0", timeout=30)
        assert reply.headers["Content-Type"] == "image/png"
        assert reply.headers["Content-Security-Policy"].endswith("sandbox")


def test_what_is_not_of_the_form_is_refused(marked_course):
    (key, *_) = MarkingSession(marked_course).overview("ann")["answers"]
    with serving(marked_course, "ann") as served:
        address = f"{served.address('ann')}api/answers/{key}"
        for body in ("", "[]", '{"ticks": 3}', '{"ticks": ["x"], "decided": 1, "comment": ""}'):
            assert requests.put(address, data=body, timeout=30).status_code == 422
        assert requests.put(address, data="x" * 100_000, timeout=30).status_code == 413
        unknown = f"{served.address('ann')}api/answers/interpretation/0000-0000"
        assert requests.get(unknown, timeout=30).status_code == 404
