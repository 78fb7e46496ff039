"""A submission that kills every worker that runs it costs two of them, and nobody else a mark."""

from __future__ import annotations

import os
from functools import partial

import pytest

from autograder.cluster import open_cluster
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.lab import SampleStudent
from benchmarks.own_cluster import own_cluster

pytestmark = pytest.mark.skipif(
    not os.environ.get("CAMLAB_LONG"), reason="takes a minute: CAMLAB_LONG=1"
)
# No student's code can do this from within the sandbox: the worker's own memory may.
DEADLY = """
import os

def dask_setup(worker):
    from autograder.cluster.worker_session import WorkerSession

    run, log = WorkerSession.run, os.environ["DEADLY_LOG"]

    def run_or_die(self, content, alone):
        if b"return [0]" in content:
            with open(log, "a") as file:
                file.write("died\\n")
            os._exit(1)
        return run(self, content, alone)

    WorkerSession.run = run_or_die
"""


def test_it_is_set_aside_with_its_reason(small_lab, tmp_path):
    students = tuple(
        SampleStudent(f"s{number}", "one task begun", content=small_lab.begun(number))
        for number in range(4)
    )
    submitted, deaths = tmp_path / "submitted", tmp_path / "deaths"
    small_lab.make_class(students, submitted)
    (tmp_path / "deadly.py").write_text(DEADLY)
    with own_cluster(tmp_path / "cluster", 0, DEADLY_LOG=str(deaths)) as cluster:
        for _ in range(2):
            cluster.start_worker("--preload", str(tmp_path / "deadly.py"))
        cluster.wait_for_workers(2)
        rows = grade_class(
            small_lab.course.writing_to(tmp_path / "out"),
            submitted,
            GradingOptions(open_cluster=partial(open_cluster, cluster.address)),
        ).submissions
    assert deaths.read_text().splitlines() == ["died"] * 2
    assert (rows[0].status, rows[0].score) == ("error", 0.0)
    assert rows[0].message.startswith("2 workers of the cluster died while they ran this")
    assert [row.status for row in rows[1:]] == ["graded"] * 3
