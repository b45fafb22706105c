"""A step of a lab."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What is to be done, whether it is, and what to do if it is not."""

    text: str
    done: bool
    hint: str
