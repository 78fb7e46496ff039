"""From what an LMS lets one download to `submitted/`, through nbgrader's `zip_collect`."""

from autograder.collect.collecting import CollectionReport, collect

__all__ = ["CollectionReport", "collect"]
