"""Show the results as tables in the terminal."""

from rich.table import Table

from tools.bench.sample import Group, Sample

# Of a large group, the table shows only the slowest and the fastest. results.json has all samples.
MAX_ROWS = 12


def table(group: Group) -> Table:
    """Return a group as a table: medians, quartiles, and the ratio to the floor."""
    table = Table(title=group.name, title_justify="left", title_style="bold", expand=False)
    table.add_column("measured")
    for title in ("median", "quartiles", "p95", "times the floor"):
        table.add_column(title, justify="right")
    rows, omitted = selected(group)
    for sample in rows:
        table.add_row(sample.name, *figures(group, sample))
    if omitted:
        table.add_row(f"… and {omitted} in between", "", "", "", "", style="dim")
    return table


def figures(group: Group, sample: Sample) -> tuple[str, str, str, str]:
    """Return a sample's median, quartiles, 95th percentile and ratio, as text."""
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
    """Return a value with its unit. Times below one second are in milliseconds."""
    if unit == "s":
        return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
    if unit == "1/s":
        return f"{value:.1f} /s"
    return f"{value:.0f} {unit}"


def selected(group: Group) -> tuple[list[Sample], int]:
    """Return the samples to show, and the number of omitted ones. A large group omits the middle."""
    if len(group.samples) <= MAX_ROWS:
        return list(group.samples), 0
    floors = [sample for sample in group.samples if sample.floor is None]
    rest = sorted((sample for sample in group.samples if sample.floor), key=lambda sample: -sample.median)
    ends = (MAX_ROWS - len(floors)) // 2
    return [*floors, *rest[:ends], *rest[-ends:]], len(rest) - 2 * ends
