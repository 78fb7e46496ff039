"""A worker runs a class only if it would do so as the caller's machine does; TLS as Dask has it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import dask
import pytest
from nbformat.v4 import new_notebook

from autograder.assets.weights import FILES
from autograder.cluster import open_cluster, package
from autograder.errors import CamlabError
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.grading.runner import LazySandbox, LocalRunner
from autograder.kernel import choose_sandbox
from autograder.lab import Questions
from benchmarks.own_cluster import own_cluster
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate and its key in one file, made as docs/scaling.md says."""
    path = tmp_path_factory.mktemp("tls") / "class.pem"
    made = ["-subj", "/CN=camlab", "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    subprocess.run(["openssl", "req", *kind, *made], check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


def test_over_tls_a_worker_with_other_weights_is_refused_by_name(
    course, releases, certificate, tmp_path
):
    other = tmp_path / "weights" / "hub" / "checkpoints"
    other.mkdir(parents=True)
    for name in FILES:
        (other / name).write_bytes(b"other weights")
    (tmp_path / "submitted" / "ada" / "lab09").mkdir(parents=True)
    tls = {name: str(certificate) for name in ("ca-file", "cert", "key")}
    options = ["--protocol", "tls"]
    for name, value in zip(("ca-file", "cert", "key"), tls.values(), strict=True):
        options += [f"--tls-{name}", value]
    ours = {
        "distributed.comm.require-encryption": True,
        "distributed.comm.tls.ca-file": tls["ca-file"],
        "distributed.comm.tls.client.cert": tls["cert"],
        "distributed.comm.tls.client.key": tls["key"],
    }
    with dask.config.set(ours), own_cluster(tmp_path / "cluster", 0, options) as cluster:
        assert cluster.address.startswith("tls://")
        cluster.start_worker(TORCH_HOME=str(tmp_path / "weights"))
        cluster.wait_for_workers(1)
        with pytest.raises(CamlabError) as refused:
            grade_class(
                course.writing_to(tmp_path / "out"),
                tmp_path / "submitted",
                GradingOptions(open_cluster=partial(open_cluster, cluster.address)),
            )
    said = str(refused.value)
    assert "No worker of the cluster can run this class:\ntls://127.0.0.1:" in said
    assert ": weights is stand-in " in said
    assert "torch is" not in said, "only what differs is named"


def test_an_address_where_nobody_answers_is_said(course, releases, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.cluster.caller.CONNECT_SECONDS", 1)
    setup = _setup(course)
    with (
        pytest.raises(CamlabError, match="No Dask scheduler answers at tcp"),
        open_cluster("tcp://127.0.0.1:9", setup, "bwrap", GradingOptions().limits, _nobody(course)),
    ):
        pass


@pytest.mark.parametrize("address", ["foo", "tcp://", "tls://127.0.0.1:9", "ftp://here:8786"])
def test_an_address_that_is_none_ends_the_command_at_once(small_lab, tmp_path, address):
    (tmp_path / "submitted" / "ada" / "lab10").mkdir(parents=True)
    where = ["--submitted", tmp_path / "submitted", "--out", tmp_path]
    begun = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "autograder.command.cli", "grade", *where, "--scheduler", address],
        cwd=small_lab.course.root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 2
    assert f"No Dask scheduler answers at {address} (" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1, "no traceback"
    assert time.monotonic() - begun < 30, "Dask waits for 40 s"


def test_each_thing_that_differs_is_named():
    ours = {"python": "3.11", "torch": "2.13.0", "weights": "stand-in 86d8"}
    theirs = {"python": "3.12", "torch": "2.13.0"}
    assert package.differences(theirs, ours) == (
        "python is 3.12 there and 3.11 here; weights is missing there and stand-in 86d8 here"
    )


def test_other_pictures_and_another_sandbox_are_differences(course, tmp_path):
    there = tmp_path / "pictures"
    there.mkdir()
    for name in course.lab.files:
        (there / name).write_bytes((course.source / name).read_bytes())
    (there / "boat.jpg").write_bytes((course.source / "cat.jpg").read_bytes())
    kind = choose_sandbox("auto").kind
    ours = package.facts(course.lab, course.source, kind)
    assert package.differences(package.facts(course.lab, course.source, kind), ours) == ""
    theirs = {**package.facts(course.lab, there, kind), "sandbox": "landlock"}
    assert [part.split(" is ")[0] for part in package.differences(theirs, ours).split("; ")] == (
        ["pictures", "sandbox"] if kind == "bwrap" else ["pictures"]
    )


def test_a_package_is_plain_data_and_comes_back_as_it_was(course, releases):
    setup, limits = _setup(course), replace(GradingOptions().limits, cell_seconds=7.0)
    packed = package.pack(setup, "landlock", limits)
    assert packed == package.pack(setup, "landlock", limits)
    told = package.unpack(packed)
    assert (told.release, told.limits) == (setup.release, limits)
    assert (told.lab.name, told.lab.tasks, told.lab.files) == (
        setup.lab.name,
        setup.lab.tasks,
        setup.lab.files,
    )
    assert told.lab.preloaded == setup.lab.preloaded
    assert told.lab.reference() == (), "it stays with the caller"
    assert told.questions.questions == setup.questions.questions
    assert told.files["cat.jpg"] == (course.source / "cat.jpg").read_bytes()
    assert told.reference.keys() == setup.reference.keys(), "its answers, without its code"
    with pytest.raises(CamlabError, match="another version"):
        package.unpack(packed.replace(b"camlab-package 2", b"camlab-package 3"))


def _setup(course):
    from autograder.grading.class_setup import read_release, set_up_class

    return set_up_class(course, read_release(course))


def _nobody(course) -> LocalRunner:
    sandbox = LazySandbox(lambda: pytest.fail("nothing is run here"))
    return LocalRunner(course.lab, new_notebook(), sandbox, Questions(()), {})
