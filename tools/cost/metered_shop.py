"""Deploy the shop with metered functions to a separate emulator, and place orders in it."""

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tools.cost.usage import QUEUE, STREAM
from tools.deployment import build
from tools.local_cloud import resources, up
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.sign_in import id_token, shop_as
from tools.local_cloud.stack import Stack
from tools.terminal import order_tracking, return_tracking, saga_history
from tools.terminal.progress import Steps
from tools.terminal.shop import Json, Shop

METER = Path(__file__).with_name("meter.py")
DEADLINE_SECONDS = 300
# Longer than the emulator's polling interval of streams and queues.
QUIET_SECONDS = 3.0
Found = TypeVar("Found")
HANDLER = re.compile(r"^(def handler\(|handler = )", re.MULTILINE)


@contextmanager
def metered_shop(saga_type: str, steps: Steps) -> Iterator["MeteredShop"]:
    """Deploy the application with meters to a separate emulator, and remove it at the end.

    Raises:
        LocalCloudError: The shop does not start.
    """
    cloud = LocalCloud.for_tests(f"cost-{saga_type.lower()}", saga_type=saga_type)
    with tempfile.TemporaryDirectory() as folder:
        meter_file = Path(folder) / "meters.jsonl"
        meter_file.touch()
        root = _with_meters(Path(folder) / "sources", meter_file)
        # As on AWS. With LOW, permits in the orders table limit the running sagas, for two more writes per order.
        metered = replace(cloud, root=root, build_dir=root / "build", concurrency="NORMAL")
        try:
            stack = up.bring_up(metered, steps)
            yield MeteredShop(stack, meter_file)
        finally:
            up.remove(metered)


def _with_meters(root: Path, meter_file: Path) -> Path:
    build.copy_sources(root)
    meter = METER.read_text().replace("METER_FILE = os.devnull", f"METER_FILE = {str(meter_file)!r}")
    (root / "layers/kernel/kernel/meter.py").write_text(meter)
    for module in (root / "functions").glob("*/*.py"):
        text = module.read_text()
        if HANDLER.search(text):
            module.write_text(f"{text}\n\nfrom kernel.meter import metered\n\nhandler = metered(handler)\n")
    return root


def _wait_for(look: Callable[[], Found], otherwise: str) -> Found:
    """Call `look` until its result is true, and return the result.

    Raises:
        LocalCloudError: It is false for DEADLINE_SECONDS. `otherwise` says what is missing.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise LocalCloudError(f"{otherwise} after {DEADLINE_SECONDS} s. The machine may be too busy.")


class MeteredShop:
    """The deployed shop, and its meters."""

    def __init__(self, stack: Stack, meter_file: Path) -> None:
        self.stack = stack
        self.aws = Aws(stack.emulator_url)
        self._meter_file = meter_file
        token = id_token(stack, stack.users["alice"])
        self._shop = Shop(stack.api_url, token)
        self._operator = shop_as(stack, "operator")
        self._http = httpx.Client(
            base_url=stack.api_url, headers={"Authorization": f"Bearer {token}"}, timeout=120, trust_env=False
        )
        self._items: dict[str, list[Json]] = {}
        self._seen_lines = 0

    def record(self, action: Callable[[], Any]) -> list[Json]:
        """Run `action`, wait until all its consequences are processed, and return the lines of meter.py."""
        self._read()
        action()
        self._wait_for_quiet()
        return self._read()

    def place(self, payment_method: str = "pm_card_visa") -> str:
        """Place an order with two lines, without waiting for its decision, and return its id."""
        order = order_tracking.draft_order(self._products, payment_method)
        order_id = str(self._shop.place_order(order)["order_id"])
        self._items[order_id] = order["items"]
        return order_id

    def cancel(self, order_id: str) -> None:
        """Request a cancellation. The API refuses it if the order is decided, and nothing happens then."""
        self._http.post(f"/orders/{order_id}/cancellation")

    def get(self, path: str) -> None:
        """Send a GET request to the API.

        Raises:
            httpx.HTTPStatusError: The response is an error.
        """
        self._http.get(path).raise_for_status()

    def settle(self, order_id: str) -> str:
        """Wait until the order is settled, and return the event type of its decision.

        It polls the table, because calls of the API would be measured.

        Raises:
            LocalCloudError: The order is not settled within DEADLINE_SECONDS.
        """

        def decision() -> str:
            items = self.aws.dynamodb.query(
                TableName=self.stack.outputs["OrdersTableName"],
                KeyConditionExpression="order_id = :order_id",
                ExpressionAttributeValues={":order_id": {"S": order_id}},
            )["Items"]
            if items and "unsettled_shard" not in items[0]:
                return str(items[-1]["events"]["L"][0]["M"]["type"]["S"])
            return ""

        return _wait_for(decision, f"Order {order_id} is not settled")

    def return_everything(self, order_id: str) -> str:
        """Return a settled order's items, accept the return with restocking, and wait until it is completed.

        It polls the tables, because calls of the API would be measured.

        Returns:
            The id of the return.

        Raises:
            LocalCloudError: The return is not completed within DEADLINE_SECONDS.
        """
        request = {"items": self._items[order_id], "reason": return_tracking.DEFAULT_REASON}
        return_id = str(self._shop.request_return(order_id, request)["return_id"])
        task_id = f"{order_id}-returns-1"
        _wait_for(lambda: self._item("Tasks", task_id=task_id), f"The task {task_id} is not open")
        self._operator.resolve_task(task_id, "approve", None, restock=True)
        _wait_for(
            lambda: "unsettled" not in self._item("Returns", order_id=order_id),
            f"The return of order {order_id} is not completed",
        )
        return return_id

    def place_concurrently(self, orders: int) -> None:
        """Place `orders` orders concurrently, and wait until all are settled."""
        with ThreadPoolExecutor(orders) as pool:
            order_ids = list(pool.map(lambda _: self.place(), range(orders)))
        for order_id in order_ids:
            self.settle(order_id)

    def call(self, function: str) -> None:
        """Invoke a scheduled function."""
        physical = next(physical for physical, logical in self._names.items() if logical == function)
        self.aws.functions.invoke(FunctionName=f"{physical}:live", Payload=b'{"source": "aws.events"}')

    def transitions(self, machine: str, subject: str) -> int:
        """Return the number of state transitions of a state machine's Standard runs.

        Args:
            machine: The state machine's logical id without the suffix `StateMachine`.
            subject: The id of the order or the return. The names of its runs begin with it.
        """
        arn = self.stack.outputs[f"{machine}StateMachineArn"]
        return sum(run.transitions for run in saga_history.runs(self.aws, arn, subject))

    def _item(self, table: str, **key: str) -> Json:
        """Return an item in DynamoDB JSON, or {} if there is none."""
        response = self.aws.dynamodb.get_item(
            TableName=self.stack.outputs[f"{table}TableName"],
            Key={name: {"S": value} for name, value in key.items()},
            ConsistentRead=True,
        )
        return dict(response.get("Item", {}))

    @cached_property
    def memory_mb(self) -> dict[str, int]:
        """The memory of each function in MB, by logical id."""
        functions = resources.of_kind(self.aws, "AWS::Lambda::Function")
        describe = self.aws.functions.get_function_configuration
        return {each.logical_id: describe(FunctionName=each.physical_id)["MemorySize"] for each in functions}

    @cached_property
    def _products(self) -> list[Json]:
        return self._shop.products()

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """The logical ids of functions, tables and queues, by physical name."""
        kinds = ("AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::SQS::Queue")
        found = [each for each in resources.of_stack(self.aws) if each.kind in kinds]
        # A queue's physical id is its URL.
        return {each.physical_id.rsplit("/", 1)[-1]: each.logical_id for each in found}

    def _wait_for_quiet(self) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        count, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            current = len(self._lines())
            if current != count:
                count, since = current, time.monotonic()
            if time.monotonic() > deadline:
                raise LocalCloudError(
                    f"The shop is still working after {DEADLINE_SECONDS} s. The machine may be too busy."
                )
            time.sleep(0.2)

    def _read(self) -> list[Json]:
        lines = self._lines()
        new = lines[self._seen_lines :]
        self._seen_lines = len(lines)
        return new

    def _lines(self) -> list[Json]:
        lines = self._meter_file.read_text().splitlines()
        return [self._named(json.loads(line)) for line in lines]

    def _named(self, line: Json) -> Json:
        line["function"] = self._names[line["function"]]
        line["source"] = self._source(line["source"] or "")
        for call in line["calls"]:
            for kind in {"reads", "writes"} & call.keys():
                call[kind] = {self._table(name): units for name, units in call[kind].items()}
            if "tables" in call:
                call["tables"] = [self._table(name) for name in call["tables"]]
        return line

    def _table(self, name: str) -> str:
        table, slash, index = name.partition("/")
        return f"{self._names.get(table, table)}{slash}{index}"

    def _source(self, arn: str) -> str:
        if ":dynamodb:" in arn:
            return STREAM + self._names[arn.split("/")[1]]
        return QUEUE + self._names[arn.rsplit(":", 1)[1]] if ":sqs:" in arn else ""
