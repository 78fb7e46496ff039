"""Marks for other systems, one file for each of them."""
