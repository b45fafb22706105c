"""Write the results as tables into docs/performance.md, between markers such as `<!-- bench: latency -->`. Pure."""

import re
from collections.abc import Sequence

from tools.bench.results_table import figures, selected
from tools.bench.sample import Group

NOT_MEASURED = "Not measured yet. Run `make bench`."
MARKED = re.compile(r"<!-- bench: (?P<name>[^>]+) -->\n.*?<!-- end -->", re.DOTALL)


def with_results(document: str, groups: Sequence[Group]) -> str:
    """Return `document` with the table of each measured group between its markers."""
    by_name = {group.name: group for group in groups}

    def marked(marker: re.Match[str]) -> str:
        name = marker["name"]
        shown = markdown(by_name[name]) if name in by_name else NOT_MEASURED
        return f"<!-- bench: {name} -->\n{shown}\n<!-- end -->"

    return MARKED.sub(marked, document)


def markdown(group: Group) -> str:
    """Return a group as a Markdown table, without empty columns."""
    rows, omitted = selected(group)
    cells = [(sample.name, *figures(group, sample)) for sample in rows]
    titles = ("measured", "median", "quartiles", "p95", "times the floor")
    columns = [index for index in range(len(titles)) if any(row[index] for row in cells)]
    lines = [titles, *cells]
    if omitted:
        lines.append((f"… and {omitted} in between", "", "", "", ""))
    text = ["| " + " | ".join(line[index] for index in columns) + " |" for line in lines]
    return "\n".join([text[0], "|" + "|".join("---" if index == 0 else "--:" for index in columns) + "|", *text[1:]])
