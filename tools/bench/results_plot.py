"""The results as a Vega-Lite chart specification, which plot.py draws. Pure."""

from collections.abc import Iterable
from typing import Any

from tools.bench.sample import Group

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# Groups in the chart, with their titles. The other groups are no ratios, or have too many rows.
SHOWN = {
    "latency": "a warm order",
    "lag": "events under way",
    "reads": "reads",
    "cold starts": "cold starts",
}
BLUE, GREY = "#2563eb", "#9ca3af"


def bars(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """Return a row for each sample that has a floor, with ratio and quartiles as multiples of the floor."""
    rows = []
    for group in groups:
        if group.name in SHOWN:
            rows += [row for row in _rows(group) if row]
    return rows


def _rows(group: Group) -> list[dict[str, Any]]:
    floors = {sample.name: sample.median for sample in group.samples}
    compared = [sample for sample in group.samples if sample.floor]
    if group.name == "cold starts":
        # Many functions start equally fast, so the chart shows only the slowest, the median and the fastest.
        slowest = sorted(compared, key=lambda sample: -sample.median)
        middle = len(slowest) // 2
        compared = [slowest[0], slowest[middle], slowest[-1]]
    rows = []
    for sample in compared:
        floor = floors[str(sample.floor)]
        low, high = sample.spread
        rows.append(
            {
                "group": SHOWN[group.name],
                "name": sample.name,
                "ratio": sample.median / floor,
                "low": low / floor,
                "high": high / floor,
            }
        )
    return rows


def specification(groups: Iterable[Group]) -> dict[str, Any]:
    """Return the chart: a bar for each ratio, a line for its quartiles, and the floor at 1."""
    order = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 420}}
    ratio = {"field": "ratio", "type": "quantitative", "title": "times the floor"}
    return {
        "$schema": SCHEMA,
        "background": "white",
        "data": {"values": bars(groups)},
        "facet": {"row": {"field": "group", "type": "nominal", "sort": list(SHOWN.values()), "title": None}},
        "resolve": {"scale": {"y": "independent"}},
        "spec": {
            "width": 420,
            "height": {"step": 22},
            "layer": [
                {"mark": {"type": "bar", "color": BLUE, "height": 12}, "encoding": {"y": order, "x": ratio}},
                {
                    "mark": {"type": "rule", "color": "black"},
                    "encoding": {
                        "y": order,
                        "x": {"field": "low", "type": "quantitative"},
                        "x2": {"field": "high"},
                    },
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 6, "color": "black"},
                    "encoding": {
                        "y": order,
                        "x": {"field": "high", "type": "quantitative"},
                        "text": {"field": "ratio", "type": "quantitative", "format": ".2f"},
                    },
                },
                {"mark": {"type": "rule", "color": GREY, "strokeDash": [4, 3]}, "encoding": {"x": {"datum": 1}}},
            ],
        },
        "config": {
            "font": "sans-serif",
            "header": {
                "labelFontWeight": "bold",
                "labelAngle": 0,
                "labelAlign": "left",
                "labelAnchor": "start",
                "labelOrient": "top",
            },
        },
    }
