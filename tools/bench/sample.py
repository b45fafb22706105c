"""Samples of a measured quantity, and their statistics. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Sample:
    """Repeated measurements of one quantity.

    Attributes:
        name: What was measured.
        unit: `s`, `1/s`, `kB`, or the name of the counted things.
        values: One value per measurement.
        floor: The name of the sample to compare with, or None if this sample is a floor or has none.
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
        """The 95th percentile, interpolated."""
        return percentile(self.values, 95)

    @property
    def spread(self) -> tuple[float, float]:
        """The first and the third quartile."""
        return percentile(self.values, 25), percentile(self.values, 75)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile, interpolated between the measured values.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("nothing was measured")
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True)
class Group:
    """The samples of one measurement: the floors, and the samples that are compared with them."""

    name: str
    samples: tuple[Sample, ...]

    def ratio(self, sample: Sample) -> float | None:
        """Return the ratio of the sample's median to its floor's median, or None if it has no floor.

        Raises:
            KeyError: The floor is not in this group.
        """
        if sample.floor is None:
            return None
        return sample.median / {each.name: each for each in self.samples}[sample.floor].median

    def document(self) -> dict[str, Any]:
        """Return the group as a JSON document with all values."""
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
        """Return the group of a JSON document."""
        samples = (
            Sample(each["name"], each["unit"], tuple(each["values"]), each["floor"]) for each in document["samples"]
        )
        return cls(document["name"], tuple(samples))


def _rounded(number: float | None) -> float | None:
    # More than four digits would be noise.
    return None if number is None else float(f"{number:.4g}")
