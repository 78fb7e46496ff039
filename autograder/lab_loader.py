"""Finds a lab by its name."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from autograder.errors import CamlabError
from autograder.lab import Lab


@cache
def find_lab(name: str) -> Lab:
    """The lab of that name: `LAB` of `autograder/labs/<name>/`."""
    try:
        return import_module(f"autograder.labs.{name}").LAB
    except ModuleNotFoundError as error:
        if error.name != f"autograder.labs.{name}":
            raise
        raise CamlabError(f"There is no lab called {name}: autograder/labs/{name}/.") from None
