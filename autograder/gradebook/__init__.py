"""Marks into nbgrader's own gradebook and autograded notebooks."""
