"""`make cost`: estimate what an order costs on AWS, from the usage that is measured on a separate emulator."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from tools.cost import measurement, report
from tools.cost.bill import BY_DEFAULT, Line, Telemetry, at_rate, bill, by_service, total
from tools.cost.idle import idle, queues, with_orders
from tools.cost.measurement import Measurement, template
from tools.cost.prices import PriceList, price_list
from tools.cost.usage import OrderUsage
from tools.local_cloud.cloud import ROOT
from tools.terminal.console import SafeConsole, reports_errors
from tools.terminal.progress import Steps

CHART = ROOT / "docs" / "images" / "cost.svg"
RATES = (1, 100, 10_000)
# The parameters that a thrifty shop sets.
CHOICES = {
    "the default": BY_DEFAULT,
    "Tracing=PassThrough": Telemetry(tracing="PassThrough"),
    "Tracing=PassThrough, LogLevel=WARNING": Telemetry(tracing="PassThrough", log_level="WARNING"),
}
# The template's conditions that are false with default parameters.
DISABLED_CONDITIONS = {"SendsMail", "HasAlarmEmail", "HasDataKey", "HasWebFirewall", "DeploysSafely", "LogsAccess"}


@reports_errors
def run(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Measure the usage, print the costs, write results.json and the chart, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.cost", description=__doc__)
    parser.add_argument("--orders", type=int, default=10, help="orders of each outcome (default: %(default)s)")
    parser.add_argument("--again", action="store_true", help="reuse the measurements of the last run")
    options = parser.parse_args(arguments)
    console = SafeConsole(highlight=False, soft_wrap=True)
    measured = measurement.read() if options.again else measurement.measure(Steps(console), options.orders)
    measurement.write(measured)
    _show(console, measured, price_list())
    return 0


def _show(console: Console, measured: Measurement, prices: PriceList) -> None:
    console.print(
        f"\nList prices in {prices.region} of {prices.looked_up}, in dollars per million orders or returns.\n"
    )

    def bill_for(
        usage: OrderUsage, rate: float, saga_type: str = "EXPRESS", telemetry: Telemetry = BY_DEFAULT
    ) -> list[Line]:
        at = at_rate(usage, rate, queues(template(), DISABLED_CONDITIONS))
        return bill(usage, at, prices, saga_type, telemetry)

    for saga_type, shop in measured.items():
        usages = shop.orders | shop.returns
        bills = {name: bill_for(usage, RATES[0], saga_type) for name, usage in usages.items()}
        report.show_bills(console, bills, f"{saga_type} saga, one order or return per second")
    express = measured["EXPRESS"]
    confirmed = {f"{rate:,} per second": bill_for(express.orders["confirmed"], rate) for rate in RATES}
    report.show_bills(console, confirmed, "EXPRESS saga, confirmed order, at different rates")
    totals = {
        choice: {
            f"{rate:,} per second": total(bill_for(express.orders["confirmed"], rate, telemetry=telemetry))
            for rate in RATES
        }
        for choice, telemetry in CHOICES.items()
    }
    report.show_totals(console, totals, "EXPRESS saga, confirmed order, with less telemetry")
    sandbox = sum(line.dollars for line in next(iter(confirmed.values())) if line.what.endswith(" SandboxTable"))
    console.print(f"Each of them includes $ {sandbox:.2f} for the sandbox providers' table, which a real shop lacks.\n")
    console.print("EXPRESS saga, confirmed order, one per second, line by line:")
    report.show_bars(console, next(iter(confirmed.values())))
    reads = {name: bill_for(usage, RATES[0]) for name, usage in express.reads.items()}
    report.show_bills(console, reads, "One million reads of")
    mail = total(bill_for(express.mails["confirmed"], RATES[0])) + prices.cost("mail", 1_000_000)
    console.print(f"With NotificationSender set, one million mails: $ {mail:.2f}\n")
    minute = express.minute
    report.show_daily_costs(
        console,
        idle(template(), minute.functions, minute.reads, prices, DISABLED_CONDITIONS),
        "Without orders, dollars per day",
    )
    report.show_daily_costs(console, with_orders(prices), "Additional on days with orders, dollars per day")
    # Without the Standard saga, whose state transitions would dominate the chart.
    usages = express.orders | express.returns
    charted = {name: by_service(bill_for(usage, RATES[0])) for name, usage in usages.items()} | {
        f"confirmed, {name}": by_service(lines) for name, lines in list(confirmed.items())[1:]
    }
    CHART.write_text(report.chart(charted, "Dollars per million orders or returns, EXPRESS saga, one per second"))
    console.print(f"Wrote {measurement.FILE.relative_to(ROOT)}, {CHART.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(run())
