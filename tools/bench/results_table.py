"""The benchmark's results as tables on the screen."""

from rich.table import Table

from tools.bench.sample import Group, Sample

# So many functions start alike that the slowest and the quickest tell it all; results.json has every one.
MOST_ROWS = 12


def table(group: Group) -> Table:
    """Return a group as a table: medians, spread, and how many times its floor each is."""
    found = Table(title=group.name, title_justify="left", title_style="bold", expand=False)
    found.add_column("measured")
    for title in ("median", "half are in", "p95", "times the floor"):
        found.add_column(title, justify="right")
    rows, left_out = chosen(group)
    for sample in rows:
        found.add_row(sample.name, *figures(group, sample))
    if left_out:
        found.add_row(f"… and {left_out} between them", "", "", "", "", style="dim")
    return found


def figures(group: Group, sample: Sample) -> tuple[str, str, str, str]:
    """Return a sample's median, quartiles, 95th percentile and ratio, as they are shown."""
    low, high = sample.spread
    several = len(sample.values) > 1
    ratio = group.ratio(sample)
    return (
        quantity(sample.median, sample.unit),
        f"{quantity(low, sample.unit)} to {quantity(high, sample.unit)}" if several else "",
        quantity(sample.p95, sample.unit) if several else "",
        "" if ratio is None else f"{ratio:.2f}",
    )


def quantity(value: float, unit: str) -> str:
    """Return a value with its unit; seconds below one as milliseconds."""
    if unit == "s":
        return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
    if unit == "1/s":
        return f"{value:.1f} /s"
    return f"{value:.0f} {unit}"


def chosen(group: Group) -> tuple[list[Sample], int]:
    """Return the samples that are shown, and how many are left out: of many, those between the ends."""
    if len(group.samples) <= MOST_ROWS:
        return list(group.samples), 0
    floors = [sample for sample in group.samples if sample.floor is None]
    rest = sorted((sample for sample in group.samples if sample.floor), key=lambda sample: -sample.median)
    ends = (MOST_ROWS - len(floors)) // 2
    return [*floors, *rest[:ends], *rest[-ends:]], len(rest) - 2 * ends
