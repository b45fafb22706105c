"""The deployed shop for tests: the API over HTTP, and the tables, queues and runs over boto3."""

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from uuid import uuid4

import boto3
import httpx
from botocore.config import Config

from tests.support.waiting import wait_until
from tools.event_store import event_archive
from tools.local_cloud import resources
from tools.local_cloud.aws import Aws
from tools.local_cloud.sign_in import id_token
from tools.local_cloud.stack import Stack, User

ADDRESS = {"name": "Ada L.", "line1": "1 Mill Lane", "city": "Berlin", "postal_code": "12345", "country": "DE"}
# The emulator ignores the state machine's timeout, so a run may take longer than that.
MAX_RUN_SECONDS = 600
# A token is valid for an hour.
SIGNED_IN_SECONDS = 2400
PASSWORD = "Correct-horse-9-battery"

Json = dict[str, Any]
Result = TypeVar("Result")


@dataclass
class Shop:
    """One deployed stack."""

    stack: Stack
    _operator: "Caller | None" = field(default=None, init=False, repr=False)
    _signed_in_until: float = field(default=0, init=False, repr=False)

    @cached_property
    def aws(self) -> Aws:
        return Aws(self.stack.emulator_url)

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.stack.emulator_url,
            region_name=self.stack.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(
                max_pool_connections=64,
                inject_host_prefix=False,
                s3={"addressing_style": "path"},
                # The response to StartSyncExecution comes at the end of the run.
                read_timeout=MAX_RUN_SECONDS,
                retries={"total_max_attempts": 1},
            ),
        )

    @cached_property
    def dynamodb(self) -> Any:
        return self.client("dynamodb")

    @cached_property
    def step_functions(self) -> Any:
        return self.client("stepfunctions")

    def visitor(self) -> "Caller":
        """Return a caller who is not signed in."""
        return Caller(self, None)

    def customer(self) -> "Caller":
        """Create a customer, and sign them in."""
        return Caller(self, id_token(self.stack, self.new_user()))

    @property
    def operator(self) -> "Caller":
        """An operator, who signs in again before their token expires."""
        if self._operator is None or time.monotonic() > self._signed_in_until:
            self._signed_in_until = time.monotonic() + SIGNED_IN_SECONDS
            self._operator = Caller(self, id_token(self.stack, self.stack.users["operator"]))
        return self._operator

    @operator.setter
    def operator(self, caller: "Caller") -> None:
        self._operator = caller
        self._signed_in_until = math.inf

    def access_token(self) -> str:
        """Return the access token (not the ID token) of a new customer."""
        user = self.new_user()
        response = self.aws.cognito.initiate_auth(
            ClientId=self.stack.outputs["UserPoolClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        )
        return str(response["AuthenticationResult"]["AccessToken"])

    def product(self, stock: int = 10, unit_price: int = 1500, name: str = "Kettle") -> str:
        """Create a product with stock, and return its SKU after the product view shows it."""
        sku = f"KETTLE-{uuid4().hex[:8].upper()}"
        body = {"name": name, "unit_price": unit_price, "currency": "EUR", "stock": stock}
        response = self.operator.put(f"/products/{sku}", json=body)
        assert response.status_code == 200, response.text
        wait_until(
            lambda: self.item("Views", pk=f"PRODUCT#{sku}", sk="SUMMARY"), description=f"{sku} in the product view"
        )
        return sku

    def available(self, sku: str) -> int:
        return int(self.item("Inventory", subject=sku)["level"]["available"])

    def item(self, table: str, **key: Any) -> Json:
        """Return an item as plain values, or {} if there is none."""
        response = self.table(table).get_item(Key=key, ConsistentRead=True)
        return dict(response.get("Item", {}))

    def money_at_gateway(self, order_id: str) -> tuple[str, int]:
        """Return the state and the amount of the order's payment in the sandbox gateway's own item."""
        at_gateway = self.item("Sandbox", record=f"gateway#{order_id}")
        return at_gateway.get("sandbox_status", "NOTHING"), int(at_gateway.get("amount", 0))

    def refunded_at_gateway(self, order_id: str) -> int:
        """Return what the sandbox gateway has paid back, in minor units."""
        return int(self.item("Sandbox", record=f"gateway#{order_id}").get("refunded", 0))

    def money(self, order_id: str) -> dict[str, int]:
        """Return the captured and the held amount. An operator's resolution by hand overrides the gateway's state."""
        sandbox_status, amount = self.money_at_gateway(order_id)
        payment = self.item("Payments", order_id=order_id)
        if any(event["data"].get("by_hand") for event in payment.get("events", [])):
            # An operator captured or released the payment outside the gateway, so the gateway's state is outdated.
            sandbox_status = {"CAPTURED": "CAPTURED"}.get(payment["status"], "VOIDED")
        return {"captured": amount * (sandbox_status == "CAPTURED"), "held": amount * (sandbox_status == "HELD")}

    def booked_at_carrier(self, order_id: str) -> str:
        return str(self.item("Sandbox", record=f"carrier#{order_id}").get("booked_as", "NOTHING"))

    def is_settled(self, order_id: str) -> bool:
        placed = self.item("Orders", order_id=order_id, sequence=1)
        return bool(placed) and "unsettled_shard" not in placed

    def own_events(self, order_id: str) -> list[Json]:
        """Return the events of the order's own stream, oldest first."""
        items = self.table("Orders").query(
            KeyConditionExpression="order_id = :id", ExpressionAttributeValues={":id": order_id}, ConsistentRead=True
        )["Items"]
        return [event for item in items for event in item["events"]]

    def items_of(self, table: str) -> Iterator[Json]:
        """Yield all items of a table."""
        start: dict[str, Any] = {}
        while True:
            page = self.table(table).scan(ConsistentRead=True, **start)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def stored_events(self, order_id: str) -> list[Json]:
        """Return the events of an order in the event store, deduplicated, oldest first."""
        # Other tests store documents that are no events.
        found = {event["id"]: event for event in self.archive() if event.get("subject") == order_id}
        return sorted(found.values(), key=lambda event: (event["time"], event["source"], event["sequence"]))

    def archive(self) -> Iterator[Json]:
        """Yield all events of the event store."""
        bucket = self.stack.outputs["EventStoreBucketName"]
        for page in self.aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/"):
            for entry in page.get("Contents", []):
                yield from event_archive.events_in(
                    self.aws.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                )

    def run_saga(self, order_id: str, name: str, decision: str | None = None) -> str:
        """Start a run of the saga as start_fulfilment does, wait for its end, and return its status."""
        placed = self.item("Orders", order_id=order_id, sequence=1)
        data = placed["events"][0]["data"]
        saga_input = {
            "order_id": order_id,
            "causation_id": f"orders:{order_id}:1",
            "run_id": name,
            "run": 1,
            "decision": decision,
            "items": [{"sku": line["sku"], "quantity": int(line["quantity"])} for line in data["items"]],
            "amount": {"amount": int(data["total"]), "currency": data["currency"]},
            "payment_method": data["payment_method"],
            "shipping_address": placed["shipping_address"],
        }
        machine = self.stack.outputs["FulfilOrderStateMachineArn"]
        call = {"stateMachineArn": machine, "name": name, "input": json.dumps(saga_input)}
        if self.step_functions.describe_state_machine(stateMachineArn=machine)["type"] == "EXPRESS":
            return str(self.step_functions.start_sync_execution(**call)["status"])
        run = self.step_functions.start_execution(**call)["executionArn"]

        def status() -> str | None:
            current = self.step_functions.describe_execution(executionArn=run)["status"]
            return None if current == "RUNNING" else str(current)

        return wait_until(status, description=f"the end of the run {name}")

    def confirm(self, order_id: str) -> str:
        """Invoke only the saga's step ConfirmOrder, and return its outcome."""
        function = resources.of_kind(self.aws, "AWS::Lambda::Function")
        name = next(found.physical_id for found in function if found.logical_id == "OrdersSagaFunction")
        command = {"step": "ConfirmOrder", "order_id": order_id, "causation_id": f"orders:{order_id}:1"}
        response = self._lambda.invoke(FunctionName=name, Payload=json.dumps(command))
        assert "FunctionError" not in response, response["Payload"].read()
        return str(json.loads(response["Payload"].read())["outcome"])

    @cached_property
    def _lambda(self) -> Any:
        return self.client("lambda")

    def redrive(self, queue: str) -> Json:
        """Redrive a queue's dead letters, as an operator."""
        response = self.operator.post(f"/dead-letters/{queue}/redrive")
        assert response.status_code == 202, response.text
        return dict(response.json())

    def emails(self, text: str) -> list[Json]:
        """Return the sent emails with `text` in the plain-text body, from the emulator."""
        response = httpx.get(f"{self.stack.emulator_url}/_ministack/ses/messages", timeout=180, trust_env=False)
        accounts = response.json()["messages"].values()
        return [email for emails in accounts for email in emails if text in email["BodyText"]]

    def running(self, order_or_return_id: str, state_machine: str = "FulfilOrder") -> list[str]:
        """Return the ARNs of the running executions of a saga. Step Functions lists no Express executions."""
        machine = self.stack.outputs[f"{state_machine}StateMachineArn"]
        if self.step_functions.describe_state_machine(stateMachineArn=machine)["type"] == "EXPRESS":
            return []
        pages = self.step_functions.get_paginator("list_executions").paginate(
            stateMachineArn=machine, statusFilter="RUNNING"
        )
        runs = (run for page in pages for run in page["executions"])
        return [run["executionArn"] for run in runs if run["name"].startswith(order_or_return_id)]

    def open_tasks(self) -> list[Json]:
        """Return all open tasks, oldest first."""
        tasks: list[Json] = []
        page: dict[str, str | int] = {"status": "open", "limit": 100}
        while True:
            response = self.operator.get("/tasks", params=page)
            assert response.status_code == 200, response.text
            tasks += response.json()["tasks"]
            if "next_token" not in response.json():
                return tasks
            page["next_token"] = response.json()["next_token"]

    def task_of(self, order_id: str) -> Json:
        """Wait for the order's open task, and return it."""

        def found() -> Json | None:
            return next((task for task in self.open_tasks() if task["order_id"] == order_id), None)

        return wait_until(found, description=f"an open task of order {order_id}") or {}

    def decide(
        self, task: Json, decision: str, comment: str | None = None, *, restock: bool | None = None
    ) -> httpx.Response:
        """Complete a task as an operator."""
        members = {"decision": decision, "comment": comment, "restock": restock}
        body = {name: value for name, value in members.items() if value is not None}
        return self.operator.post(f"/tasks/{task['task_id']}/decision", json=body)

    def messages(self, queue_url: str) -> list[Json]:
        """Return the messages of a queue, without deleting or hiding them."""
        response = self.aws.sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
        )
        return [dict(message) for message in response.get("Messages", [])]

    def table(self, table: str) -> Any:
        return self._resource.Table(self.stack.outputs[f"{table}TableName"])

    @cached_property
    def _resource(self) -> Any:
        return boto3.resource(
            "dynamodb",
            endpoint_url=self.stack.emulator_url,
            region_name=self.stack.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def new_user(self) -> User:
        user = User(f"{uuid4().hex}@example.com", PASSWORD)
        pool = self.stack.outputs["UserPoolId"]
        self.aws.cognito.admin_create_user(
            UserPoolId=pool,
            Username=user.username,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": user.username}, {"Name": "email_verified", "Value": "true"}],
        )
        self.aws.cognito.admin_set_user_password(
            UserPoolId=pool, Username=user.username, Password=user.password, Permanent=True
        )
        return user


@dataclass
class Caller:
    """A caller of the API, with or without a token."""

    shop: Shop
    token: str | None
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self._http = httpx.Client(
            base_url=self.shop.stack.api_url,
            headers=headers,
            timeout=180,
            trust_env=False,
            limits=httpx.Limits(max_connections=64),
        )

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self._send("GET", path, options)

    def put(self, path: str, *, retries_faults: bool = False, **options: Any) -> httpx.Response:
        return self._send("PUT", path, options, retries_faults=retries_faults)

    def post(self, path: str, *, retries_faults: bool = False, **options: Any) -> httpx.Response:
        return self._send("POST", path, options, retries_faults=retries_faults)

    def _send(self, method: str, path: str, options: dict[str, Any], *, retries_faults: bool = False) -> httpx.Response:
        """Send a request, and retry it while the API throttles it.

        Args:
            method: The HTTP method.
            path: The path.
            options: Options of httpx.
            retries_faults: Whether to retry after a server error, too. The request may have had an effect.
        """
        responses: list[httpx.Response] = []

        def has_response() -> bool:
            response = self._http.request(method, path, **options)
            responses.append(response)
            is_busy = response.status_code == httpx.codes.TOO_MANY_REQUESTS
            return not (is_busy or (retries_faults and response.is_server_error))

        wait_until(has_response, description=f"a response to {method} {path}", every_seconds=1)
        return responses[-1]

    def post_order(self, body: object, key: str | None = None, *, retries_faults: bool = False) -> httpx.Response:
        options = {"json": body, "headers": {"Idempotency-Key": key or str(uuid4())}}
        return self._send("POST", "/orders", options, retries_faults=retries_faults)

    def post_return(
        self, order_id: str, *lines: tuple[str, int], key: str | None = None, retries_faults: bool = False
    ) -> httpx.Response:
        """Request a return of these SKUs and quantities."""
        body = {"items": [{"sku": sku, "quantity": quantity} for sku, quantity in lines], "reason": "It is chipped."}
        return self._send(
            "POST",
            f"/orders/{order_id}/returns",
            {"json": body, "headers": {"Idempotency-Key": key or str(uuid4())}},
            retries_faults=retries_faults,
        )

    def place(self, sku: str, quantity: int = 1, payment_method: str = "pm_card_visa", **address: str) -> str:
        """Place an order with one line, and return its id."""
        return self.place_with_retries(order_body(sku, quantity, payment_method, **address))

    def place_with_retries(self, body: object, key: str | None = None) -> str:
        """Place an order, and retry the request with the same key until the order is accepted.

        Returns:
            The order's id.
        """
        response = self.post_order(body, key, retries_faults=True)
        assert response.status_code == httpx.codes.ACCEPTED, response.text
        return str(response.json()["order_id"])

    def order(self, order_id: str) -> Json:
        """Return the order's view, or {} while there is none."""
        response = self.get(f"/orders/{order_id}")
        assert response.status_code in (200, 404), response.text
        return dict(response.json()) if response.status_code == 200 else {}

    def wait_for(self, order_id: str, *statuses: str) -> Json:
        """Wait until the order has one of `statuses`, its run has ended, and its view has all events."""
        order: Json = {}

        def has_ended_in_status() -> bool:
            nonlocal order
            order = self.order(order_id)
            if order.get("status") not in statuses:
                return False
            is_waiting = order["status"] in ("NEEDS_ATTENTION", "IN_REVIEW", "AWAITING_PAYMENT")
            has_ended = is_waiting or self.shop.is_settled(order_id)
            return has_ended and self._has_all_events(order)

        wait_until(
            has_ended_in_status,
            description=f"order {order_id} {' or '.join(statuses)}",
            progress=lambda: json.dumps(order, indent=1),
        )
        return order

    def wait_for_return(self, order_id: str, status: str) -> Json:
        """Wait until all returns of the order have this status, and its view has all events."""
        order: Json = {}

        def has_status() -> bool:
            nonlocal order
            order = self.order(order_id)
            return {each["status"] for each in order.get("returns", [])} == {status} and self._has_all_events(order)

        wait_until(
            has_status,
            description=f"the returns of order {order_id} {status}",
            progress=lambda: json.dumps(order, indent=1),
        )
        return order

    def _has_all_events(self, order: Json) -> bool:
        """Return whether the view has all events of the order so far, in the timeline and in the summary."""
        if not {event["type"] for event in order["timeline"]} >= set(self.shop_events(order["order_id"])):
            return False
        # The projection writes an event to the timeline first, and then to the summary.
        last = max(event["time"] for event in order["timeline"])
        folded = self.get(f"/orders/{order['order_id']}", params={"as_of": last})
        return bool(folded.json() == order)

    def wait_until_paid(self, order_id: str) -> Json:
        """Wait until the order's view says that it is confirmed and paid."""
        order: Json = {}

        def is_paid() -> bool:
            nonlocal order
            order = self.order(order_id)
            return order.get("status") == "CONFIRMED" and (order["payment"] or {}).get("status") == "CAPTURED"

        wait_until(
            is_paid,
            description=f"order {order_id} confirmed and paid",
            progress=lambda: json.dumps(order, indent=1),
        )
        return order

    def shop_events(self, order_id: str) -> Counter[str]:
        """Count the order's events in the services' tables, by type."""
        shop = self.shop
        items = [shop.item(table, order_id=order_id) for table in ("Payments", "Shipping", "Returns")]
        items += [shop.item("Inventory", subject=order_id)]
        events = [event for item in items for event in item.get("events", [])]
        return Counter(types(events + shop.own_events(order_id)))


def order_body(sku: str, quantity: int = 1, payment_method: str = "pm_card_visa", **address: str) -> Json:
    return {
        "items": [{"sku": sku, "quantity": quantity}],
        "payment_method": payment_method,
        "shipping_address": ADDRESS | address,
    }


def concurrently(*calls: Callable[[], Result]) -> list[Result]:
    """Make all calls concurrently, and return their results."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def types(events: Iterable[Json]) -> list[str]:
    return [event["type"] for event in events]
