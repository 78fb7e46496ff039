"""The one exception that the command shows as a sentence instead of a traceback."""

from __future__ import annotations


class CamlabError(Exception):
    """A foreseeable mistake: the message says what happened, where, and what to do next."""
