"""The benchmark's environment: a separate emulator with the shop and the floors."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tools.bench.floor import Floor
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.sign_in import shop_as
from tools.local_cloud.stack import Stack
from tools.terminal.shop import Shop

# More pieces than all runs together can sell.
STOCK = 1_000_000
SKU = "CUP-2"
ORDER = {
    "items": [{"sku": SKU, "quantity": 1}],
    "payment_method": "pm_card_visa",
    "shipping_address": {
        "name": "Ada L.",
        "line1": "1 Mill Lane",
        "city": "London",
        "postal_code": "SW1A 1AA",
        "country": "GB",
    },
}
MAX_WAIT_SECONDS = 300


@dataclass(frozen=True)
class BenchEnvironment:
    """The deployed shop and the deployed floors."""

    cloud: LocalCloud
    stack: Stack
    floor: Floor

    @cached_property
    def customer(self) -> Shop:
        return shop_as(self.stack, "alice")

    @cached_property
    def operator(self) -> Shop:
        return shop_as(self.stack, "operator")

    def table(self, name: str) -> str:
        """Return the physical name of one of the stack's tables, for example of `Views`."""
        return self.stack.outputs[f"{name}TableName"]

    def add_stock(self) -> None:
        """Stock enough that no order is rejected, and wait until the shop shows it."""
        self.operator.adjust_stock(SKU, STOCK, "stock for the benchmark")
        wait_until(self._shows_stock, "the stocked product in the shop")

    def _shows_stock(self) -> bool:
        return any(product["sku"] == SKU and product["available"] >= STOCK / 2 for product in self.customer.products())

    @cached_property
    def aws(self) -> Aws:
        return Aws(self.cloud.emulator_url)


def wait_until(condition: Callable[[], bool], description: str, *, every_seconds: float = 0.02) -> None:
    """Poll until `condition` is true.

    Raises:
        LocalCloudError: The condition was still false after MAX_WAIT_SECONDS.
    """
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"Timed out after {MAX_WAIT_SECONDS} s waiting for {description}. Run `make bench` again."
            )
        time.sleep(every_seconds)
