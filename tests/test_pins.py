"""The same versions stand in pyproject.toml, requirements.lock and environment.yml."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def declared(root: Path) -> dict[str, Requirement]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    return _by_name(project["dependencies"])


@pytest.fixture(scope="module")
def locked(root: Path) -> dict[str, Requirement]:
    lines = (root / "requirements.lock").read_text().splitlines()
    return _by_name(line for line in lines if not line.startswith("#"))


def test_each_declared_range_has_an_upper_end(declared):
    """A release that nobody here has tried must not break a course in its first week."""
    open_ended = {name for name, one in declared.items() if not _upper(one)}
    assert open_ended == set()


def test_the_lock_holds_a_version_of_each_declared_range(root, declared, locked):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = _by_name(line for lines in project["optional-dependencies"].values() for line in lines)
    for name, requirement in (declared | extras).items():
        (version,) = _pins(locked[name])
        assert requirement.specifier.contains(version), name


def test_every_locked_package_is_pinned_exactly_once(root, locked):
    lines = [x for x in (root / "requirements.lock").read_text().splitlines() if x[:1] != "#"]
    assert len(lines) == len(locked)
    assert all(len(_pins(requirement)) == 1 for requirement in locked.values())


def test_conda_users_get_the_same_versions(root):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert pip == ["--requirement requirements.lock", "--editable ."]


def test_conda_users_get_a_python_that_the_project_accepts(root):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    python = next(line for line in environment["dependencies"] if str(line).startswith("python="))
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    required = Requirement(f"python{project['requires-python']}").specifier
    assert required.contains(python.split("=")[1] + ".0")


def _by_name(lines) -> dict[str, Requirement]:
    requirements = map(Requirement, lines)
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def _pins(requirement: Requirement) -> set[str]:
    return {item.version for item in requirement.specifier if item.operator == "=="}


def _upper(requirement: Requirement) -> bool:
    return any(item.operator in ("<", "~=", "==") for item in requirement.specifier)


def test_every_locked_package_runs_on_the_oldest_python_that_is_promised(locked):
    """Debian's Python is 3.11.2; a package that asks for 3.11.5 would stop `make` there."""
    refusing = {
        name: required
        for name in locked
        if (required := _requires_python(name)) and not SpecifierSet(required).contains("3.11.0")
    }
    assert refusing == {}


def _requires_python(name: str) -> str | None:
    try:
        return distribution(name).metadata.get("Requires-Python")
    except PackageNotFoundError:
        return None  # for another system
