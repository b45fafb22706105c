"""A step of a lab."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A step's text, whether it is done, and a hint for completing it."""

    text: str
    done: bool
    hint: str
