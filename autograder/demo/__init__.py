"""A made-up class, for `camlab demo` and for tests of the whole way."""

from autograder.demo.sample_class import make_class, worked_notebook

__all__ = ["make_class", "worked_notebook"]
