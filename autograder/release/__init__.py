"""One source, two releases, and the checks that stand before them."""

from autograder.release.release import Releases, make_releases

__all__ = ["Releases", "make_releases"]
