"""What is wrong with an observed row or a question about history, in one line for the person."""

from __future__ import annotations


class ValidationError(ValueError):
    """One line: file and line where there is one, what was found, what is allowed."""
