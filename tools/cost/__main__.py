"""`make cost`: what an order costs on AWS, counted on a run on an emulator of its own."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from tools.cost import measurement, report
from tools.cost.bill import Line, at_rate, bill, by_service, total
from tools.cost.idle import idle, queues, while_orders_come
from tools.cost.measurement import Measurement, template
from tools.cost.prices import PriceList, price_list
from tools.cost.usage import OrderUsage
from tools.local_cloud.cloud import ROOT, LocalCloudError
from tools.terminal.console import SafeConsole, reports_disk_errors
from tools.terminal.progress import Steps

PICTURE = ROOT / "docs" / "images" / "cost.svg"
RATES = (1, 100, 10_000)
# Of the template's conditions, as it is deployed where nobody says otherwise.
OFF = {"SendsMail", "HasAlarmEmail", "HasDataKey", "HasWebFirewall", "DeploysSafely", "LogsAccess"}


@reports_disk_errors
def run(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Measure, reckon, print, and write results.json and the picture.

    Returns: the exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.cost", description=__doc__)
    parser.add_argument("--orders", type=int, default=10, help="count so many orders of each outcome (%(default)s)")
    parser.add_argument("--again", action="store_true", help="reckon again with what the last run measured")
    options = parser.parse_args(arguments)
    console = SafeConsole(highlight=False, soft_wrap=True)
    try:
        if options.again:
            measured = measurement.read()
        else:
            measured = measurement.measure(Steps(console), options.orders)
            measurement.write(measured)
    except LocalCloudError as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        return 1
    _show(console, measured, price_list())
    return 0


def _show(console: Console, measured: Measurement, prices: PriceList) -> None:
    console.print(f"\nList prices of {prices.region}, looked up {prices.looked_up}; dollars for a million orders.\n")

    def billed(usage: OrderUsage, rate: float, saga_type: str = "EXPRESS") -> list[Line]:
        return bill(usage, at_rate(usage, rate, queues(template(), OFF)), prices, saga_type)

    for saga_type, shop in measured.items():
        bills = {outcome: billed(usage, RATES[0], saga_type) for outcome, usage in shop.orders.items()}
        report.show_bills(console, bills, f"{saga_type} saga, one order a second")
    express = measured["EXPRESS"]
    confirmed = {f"{rate:,} a second": billed(express.orders["confirmed"], rate) for rate in RATES}
    report.show_bills(console, confirmed, "EXPRESS saga, a confirmed order, at other rates")
    console.print("EXPRESS saga, a confirmed order, one a second, line by line:")
    report.show_bars(console, next(iter(confirmed.values())))
    reads = {what: billed(usage, RATES[0]) for what, usage in express.reads.items()}
    report.show_bills(console, reads, "A million looks at")
    mail = total(billed(express.mails["confirmed"], RATES[0])) + prices.cost("mail", 1_000_000)
    console.print(f"With NotificationSender set, a million mails: $ {mail:.2f}\n")
    minute = express.minute
    report.show_due(console, idle(template(), minute.functions, minute.reads, prices, OFF), "Idle, dollars a day")
    report.show_due(console, while_orders_come(prices), "More while orders come, dollars a day")
    # Not the Standard saga: its transitions would leave the others no room.
    pictured = {outcome: by_service(billed(usage, RATES[0])) for outcome, usage in express.orders.items()} | {
        f"confirmed, {name}": by_service(lines) for name, lines in list(confirmed.items())[1:]
    }
    PICTURE.write_text(report.chart(pictured, "Dollars for a million orders, EXPRESS saga, one a second"))
    console.print(f"Written: {measurement.FILE.relative_to(ROOT)}, {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(run())
