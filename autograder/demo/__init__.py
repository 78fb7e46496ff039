"""A made-up class of a dozen, for `camlab demo` and for tests of the whole way."""

from autograder.demo.made_up_class import Pupil, made_up_pupils, make_class

__all__ = ["Pupil", "made_up_pupils", "make_class"]
