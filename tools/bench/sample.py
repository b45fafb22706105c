"""Samples of a measured quantity, and what they come to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One thing, measured several times.

    Args:
        name: what was measured, in words.
        unit: of the values: `s`, `1/s`, `kB`, or a word for what was counted.
        values: one for each time.
        floor: the name of the sample that this one is compared with; None for one that is a floor, or has none.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    floor: str | None = None

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def p95(self) -> float:
        """The value that 95 of 100 are below, interpolated; of a few values, the largest."""
        return percentile(self.values, 95)

    @property
    def spread(self) -> tuple[float, float]:
        """The first and the third quartile: half of the values are between them."""
        return percentile(self.values, 25), percentile(self.values, 75)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that `percent` of 100 values are below, interpolated between those that were measured.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("nothing was measured")
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True)
class Group:
    """Samples that belong together: each floor, and what is compared with it, from the same minutes of one run."""

    name: str
    samples: tuple[Sample, ...]

    def ratio(self, sample: Sample) -> float | None:
        """Return how many times its floor's median `sample`'s is; None where it has no floor.

        Raises:
            KeyError: the floor is not in this group.
        """
        if sample.floor is None:
            return None
        return sample.median / {each.name: each for each in self.samples}[sample.floor].median

    def document(self) -> dict[str, Any]:
        """Return the group as JSON, with all values, so that a reader can do other sums."""
        return {
            "name": self.name,
            "samples": [
                {
                    "name": sample.name,
                    "unit": sample.unit,
                    "floor": sample.floor,
                    "ratio": _rounded(self.ratio(sample)),
                    "median": _rounded(sample.median),
                    "p95": _rounded(sample.p95),
                    "quartiles": [_rounded(value) for value in sample.spread],
                    "values": [_rounded(value) for value in sample.values],
                }
                for sample in self.samples
            ],
        }

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> "Group":
        """Return the group that `document` made."""
        samples = (
            Sample(each["name"], each["unit"], tuple(each["values"]), each["floor"]) for each in document["samples"]
        )
        return cls(document["name"], tuple(samples))


def _rounded(number: float | None) -> float | None:
    """Four digits: more would be noise."""
    return None if number is None else float(f"{number:.4g}")
