"""Draw the chart of docs/performance.md from tools/bench/results.json: `.venv-bench/bin/python -m tools.bench.plot`.

It runs in a separate virtual environment that contains only vl-convert.
"""

import json
from pathlib import Path

import vl_convert

from tools.bench.results_plot import specification
from tools.bench.sample import Group

RESULTS = Path(__file__).with_name("results.json")
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "performance.svg"


def draw() -> None:
    """Write the chart as SVG and as PNG."""
    groups = [Group.of_document(document) for document in json.loads(RESULTS.read_text())["groups"]]
    chart = specification(groups)
    PICTURE.write_text(vl_convert.vegalite_to_svg(chart))
    PICTURE.with_suffix(".png").write_bytes(vl_convert.vegalite_to_png(chart, scale=2))


if __name__ == "__main__":
    draw()
