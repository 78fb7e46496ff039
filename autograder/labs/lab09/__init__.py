"""Lab 09: class activation maps and Grad-CAM."""

from autograder.labs.lab09.lab import LAB

__all__ = ["LAB"]
