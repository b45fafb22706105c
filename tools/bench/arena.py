"""Where the benchmark takes place: an emulator of its own, with the shop and the floors beside each other on it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from tools.bench.floor import Floor
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.sign_in import id_token
from tools.local_cloud.stack import Stack
from tools.terminal.shop import Shop

# More than all runs together can buy.
PLENTY = 1_000_000
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
LONGEST_WAIT_SECONDS = 300


@dataclass(frozen=True)
class Arena:
    """The deployed shop and the deployed floors."""

    cloud: LocalCloud
    stack: Stack
    floor: Floor

    @cached_property
    def customer(self) -> Shop:
        return self.signed_in("alice")

    @cached_property
    def operator(self) -> Shop:
        return self.signed_in("operator")

    def signed_in(self, user: str) -> Shop:
        """Return the shop's API as one of the seeded users calls it."""
        return Shop(self.stack.api_url, id_token(self.stack, self.stack.users[user]))

    def table(self, name: str) -> str:
        """Return the name of one of the stack's tables, such as `Views`."""
        return self.stack.outputs[f"{name}TableName"]

    @cached_property
    def dynamodb(self) -> Any:
        """A client for as many threads as there are orders in flight."""
        return boto3.client(
            "dynamodb",
            endpoint_url=self.stack.emulator_url,
            region_name=self.stack.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 (the emulator's root user)
            config=Config(max_pool_connections=32, proxies={}),
        )

    def stock_plenty(self) -> None:
        """Put so many pieces on the shelf that no order is refused, and wait until the shop shows them."""
        self.operator.adjust_stock(SKU, PLENTY, "plenty for the benchmark")
        wait_until(self._shows_plenty, "the stocked product in the shop")

    def _shows_plenty(self) -> bool:
        return any(product["sku"] == SKU and product["available"] >= PLENTY / 2 for product in self.customer.products())

    @cached_property
    def aws(self) -> Aws:
        return Aws(self.cloud.emulator_url)


def wait_until(look: Callable[[], bool], what: str, *, every_seconds: float = 0.02) -> None:
    """Look again and again, until there is something to see.

    Raises:
        LocalCloudError: there was nothing to see for too long.
    """
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not look():
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"Waited for {what}, in vain for {LONGEST_WAIT_SECONDS} s. `make bench` starts afresh."
            )
        time.sleep(every_seconds)
