"""From what an LMS lets one download to `submitted/`, through nbgrader's `zip_collect`."""

from autograder.collect.collecting import collect
from autograder.collect.collection_report import CollectionReport

__all__ = ["CollectionReport", "collect"]
