"""Show the costs: tables and bars in the terminal, and a chart for the documentation."""

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from rich.console import Console
from rich.table import Table

from tools.cost.bill import Line, by_service, total
from tools.cost.idle import DailyCost

Dollars = Mapping[str, float]

BAR = 40
# The palette of Okabe and Ito for colour-blind readers (https://jfly.uni-koeln.de/color/), and two more colours.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999", "#000000", "#882255")
ROW, LEFT, WIDTH, TOP = 34, 190, 560, 60


def show_bills(console: Console, bills: Mapping[str, list[Line]], heading: str) -> None:
    """Print the dollars per million orders, with a row for each service and a column for each bill."""
    columns = [by_service(lines) for lines in bills.values()]
    rows = {service: [column.get(service, 0) for column in columns] for service in _services(columns)}
    _show(console, heading, bills, rows, [total(lines) for lines in bills.values()])


def show_totals(console: Console, rows: Mapping[str, Mapping[str, float]], heading: str) -> None:
    """Print the dollars per million orders, with a row for each choice and a column for each rate."""
    _show(console, heading, next(iter(rows.values())), {choice: row.values() for choice, row in rows.items()})


def show_bars(console: Console, lines: Sequence[Line]) -> None:
    """Print the lines of a bill, with bars relative to the most expensive line."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    for justify in ("left", "left", "right", "right", "left"):
        table.add_column(justify=justify)
    for line in lines:
        if line.dollars >= 0.005:
            bar = "█" * max(1, round(BAR * line.dollars / lines[0].dollars))
            table.add_row(line.service, line.what, f"{line.units:.4g}", f"$ {line.dollars:.2f}", f"[cyan]{bar}[/cyan]")
    console.print(table)
    console.print()


def show_daily_costs(console: Console, costs: Sequence[DailyCost], heading: str) -> None:
    """Print the daily costs and their total."""
    rows = {entry.what: [entry.dollars] for entry in costs}
    _show(console, heading, [""], rows, [sum(entry.dollars for entry in costs)], decimals=3)


def chart(bills: Mapping[str, Dollars], heading: str) -> str:
    """Return an SVG chart with a stacked bar for each bill, by service."""
    services = _services(list(bills.values()))
    colours = {service: COLOURS[index % len(COLOURS)] for index, service in enumerate(services)}
    most = max(sum(bill.values()) for bill in bills.values())
    height = TOP + ROW * len(bills) + 30 + 20 * ((len(services) + 3) // 4)
    size = f"0 0 {LEFT + WIDTH + 90} {height}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(heading)}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="12" y="28" font-size="16">{escape(heading)}</text>',
    ]
    for row, (name, bill) in enumerate(bills.items()):
        y = TOP + row * ROW
        parts.append(f'<text x="{LEFT - 10}" y="{y + 16}" text-anchor="end">{escape(name)}</text>')
        x = float(LEFT)
        for service in services:
            width = WIDTH * bill.get(service, 0) / most
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="22" fill="{colours[service]}">'
                f"<title>{escape(service)}: ${bill.get(service, 0):.2f}</title></rect>"
            )
            x += width
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 16}">${sum(bill.values()):.2f}</text>')
    for index, service in enumerate(services):
        x, y = 12 + 200 * (index % 4), TOP + ROW * len(bills) + 18 + 20 * (index // 4)
        parts.append(f'<rect x="{x}" y="{y - 11}" width="13" height="13" fill="{colours[service]}"/>')
        parts.append(f'<text x="{x + 19}" y="{y}">{escape(service)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _show(
    console: Console,
    heading: str,
    columns: Iterable[str],
    rows: Mapping[str, Iterable[float]],
    totals: Iterable[float] = (),
    decimals: int = 2,
) -> None:
    table = Table(
        title=heading, title_justify="left", box=None, padding=(0, 2), header_style="dim", show_header=any(columns)
    )
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    for name, row in rows.items():
        table.add_row(name, *(f"{dollars:.{decimals}f}" for dollars in row))
    if totals:
        table.add_row("total", *(f"{dollars:.2f}" for dollars in totals), style="bold")
    console.print(table)
    console.print()


def _services(bills: Sequence[Dollars]) -> list[str]:
    """Return the services of all bills, in the order of the first bill."""
    return list(dict.fromkeys(service for bill in bills for service in bill))
