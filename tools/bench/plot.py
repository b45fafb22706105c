"""Draw tools/bench/results.json as a picture, for docs/performance.md: `.venv-bench/bin/python -m tools.bench.plot`.

It runs in an environment of its own, which holds nothing but the drawing program.
"""

import json
from pathlib import Path

import vl_convert

from tools.bench.results_plot import specification
from tools.bench.sample import Group

RESULTS = Path(__file__).with_name("results.json")
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "performance.svg"


def draw() -> None:
    """Write the picture as SVG and as PNG."""
    groups = [Group.of_document(document) for document in json.loads(RESULTS.read_text())["groups"]]
    picture = specification(groups)
    PICTURE.write_text(vl_convert.vegalite_to_svg(picture))
    PICTURE.with_suffix(".png").write_bytes(vl_convert.vegalite_to_png(picture, scale=2))


if __name__ == "__main__":
    draw()
