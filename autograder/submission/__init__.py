"""Untrusted bytes in, a notebook fit to run out; or the reason why there is none."""

from autograder.submission.find import SubmittedFile, find_submissions
from autograder.submission.prepare import Submission, prepare

__all__ = ["Submission", "SubmittedFile", "find_submissions", "prepare"]
