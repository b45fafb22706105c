"""The deployed shop, as a test uses it: over HTTP as customers and operators do, and over boto3 to look behind it."""

import json
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
# The saga's definition promises to end before. The emulator ignores it: a run that is late waits for its last call.
LONGEST_RUN_SECONDS = 600
PASSWORD = "Correct-horse-9-battery"

Json = dict[str, Any]
Found = TypeVar("Found")


@dataclass
class Shop:
    """One deployed stack."""

    stack: Stack

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
                # A synchronous run of the saga answers at its end.
                read_timeout=LONGEST_RUN_SECONDS,
                retries={"total_max_attempts": 1},
            ),
        )

    @cached_property
    def dynamodb(self) -> Any:
        return self.client("dynamodb")

    @cached_property
    def step_functions(self) -> Any:
        return self.client("stepfunctions")

    def visitor(self) -> "Person":
        """Return somebody who is not signed in."""
        return Person(self, None)

    def customer(self) -> "Person":
        """Sign a new customer up, and in."""
        return Person(self, id_token(self.stack, self.new_user()))

    @cached_property
    def operator(self) -> "Person":
        return Person(self, id_token(self.stack, self.stack.users["operator"]))

    def access_token(self) -> str:
        """Return the access token, which is not the ID token, of a new customer."""
        user = self.new_user()
        answer = self.aws.cognito.initiate_auth(
            ClientId=self.stack.outputs["UserPoolClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        )
        return str(answer["AuthenticationResult"]["AccessToken"])

    def product(self, stock: int = 10, unit_price: int = 1500, name: str = "Kettle") -> str:
        """Put a new product on the shelf; return its SKU when the product view shows it."""
        sku = f"KETTLE-{uuid4().hex[:8].upper()}"
        body = {"name": name, "unit_price": unit_price, "currency": "EUR", "stock": stock}
        answer = self.operator.put(f"/products/{sku}", json=body)
        assert answer.status_code == 200, answer.text
        wait_until(lambda: self.item("Views", pk=f"PRODUCT#{sku}", sk="SUMMARY"), what=f"{sku} in the product view")
        return sku

    def available(self, sku: str) -> int:
        return int(self.item("Inventory", subject=sku)["level"]["available"])

    def item(self, table: str, **key: Any) -> Json:
        """Return an item as plain values, or {}."""
        answer = self.table(table).get_item(Key=key, ConsistentRead=True)
        return dict(answer.get("Item", {}))

    def money_at_gateway(self, order_id: str) -> tuple[str, int]:
        """Return what the sandbox gateway's own books say of the order, and how much."""
        books = self.item("Payments", order_id=f"sandbox-gateway#{order_id}")
        return books.get("held_as", "NOTHING"), int(books.get("amount", 0))

    def money(self, order_id: str) -> dict[str, int]:
        """Return what is captured, and what is still held, at the gateway or, says a person's note, by hand."""
        held_as, amount = self.money_at_gateway(order_id)
        payment = self.item("Payments", order_id=order_id)
        if any(event["data"].get("by_hand") for event in payment.get("events", [])):
            # A person took the money another way, or saw to the hold: what the gateway's books say is void.
            held_as = {"CAPTURED": "CAPTURED"}.get(payment["status"], "VOIDED")
        return {"captured": amount * (held_as == "CAPTURED"), "held": amount * (held_as == "HELD")}

    def booked_at_carrier(self, order_id: str) -> str:
        return str(self.item("Shipping", order_id=f"sandbox-carrier#{order_id}").get("booked_as", "NOTHING"))

    def is_settled(self, order_id: str) -> bool:
        placed = self.item("Orders", order_id=order_id, sequence=1)
        return bool(placed) and "unsettled_shard" not in placed

    def own_events(self, order_id: str) -> list[Json]:
        """Return the events of the order's own stream, the first one first."""
        items = self.table("Orders").query(
            KeyConditionExpression="order_id = :id", ExpressionAttributeValues={":id": order_id}, ConsistentRead=True
        )["Items"]
        return [event for item in items for event in item["events"]]

    def items_of(self, table: str) -> Iterator[Json]:
        """Read a whole table."""
        start: dict[str, Any] = {}
        while True:
            page = self.table(table).scan(ConsistentRead=True, **start)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def stored_events(self, order_id: str) -> list[Json]:
        """Return the events of an order that the event store holds, each once, by time."""
        found = {event["id"]: event for event in self.archive() if event["subject"] == order_id}
        return sorted(found.values(), key=lambda event: (event["time"], event["source"], event["sequence"]))

    def archive(self) -> Iterator[Json]:
        """Read the whole event store."""
        bucket = self.stack.outputs["EventStoreBucketName"]
        for page in self.aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/"):
            for entry in page.get("Contents", []):
                yield from event_archive.events_in(
                    self.aws.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                )

    def run_saga(self, order_id: str, name: str, decision: str | None = None) -> str:
        """Run the saga by hand, as start_fulfilment does, and wait for the run's end; return its status."""
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
            now = self.step_functions.describe_execution(executionArn=run)["status"]
            return None if now == "RUNNING" else str(now)

        return wait_until(status, what=f"the end of the run {name}")

    def confirm(self, order_id: str) -> str:
        """Take the saga's step ConfirmOrder on its own; return its outcome."""
        function = resources.of_kind(self.aws, "AWS::Lambda::Function")
        name = next(found.physical_id for found in function if found.logical_id == "OrdersSagaFunction")
        command = {"step": "ConfirmOrder", "order_id": order_id, "causation_id": f"orders:{order_id}:1"}
        answer = self._lambda.invoke(FunctionName=name, Payload=json.dumps(command))
        assert "FunctionError" not in answer, answer["Payload"].read()
        return str(json.loads(answer["Payload"].read())["outcome"])

    @cached_property
    def _lambda(self) -> Any:
        return self.client("lambda")

    def redrive(self, queue: str) -> Json:
        """Redrive a queue's dead letters, as an operator."""
        answer = self.operator.post(f"/dead-letters/{queue}/redrive")
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def mails(self, text: str) -> list[Json]:
        """Return what was mailed with `text` in its plain body, as the emulator keeps it."""
        answer = httpx.get(f"{self.stack.emulator_url}/_ministack/ses/messages", trust_env=False)
        accounts = answer.json()["messages"].values()
        return [mail for mails in accounts for mail in mails if text in mail["BodyText"]]

    def running(self, order_id: str) -> list[str]:
        """Return the ARNs of the order's runs that have not ended. Of Express runs nobody keeps a list."""
        machine = self.stack.outputs["FulfilOrderStateMachineArn"]
        if self.step_functions.describe_state_machine(stateMachineArn=machine)["type"] == "EXPRESS":
            return []
        pages = self.step_functions.get_paginator("list_executions").paginate(
            stateMachineArn=machine, statusFilter="RUNNING"
        )
        return [run["executionArn"] for page in pages for run in page["executions"] if run["name"].startswith(order_id)]

    def open_tasks(self) -> list[Json]:
        """Return what waits for a person's decision, the oldest first."""
        tasks: list[Json] = []
        page: dict[str, str | int] = {"status": "open", "limit": 100}
        while True:
            answer = self.operator.get("/tasks", params=page)
            assert answer.status_code == 200, answer.text
            tasks += answer.json()["tasks"]
            if "next_token" not in answer.json():
                return tasks
            page["next_token"] = answer.json()["next_token"]

    def task_of(self, order_id: str) -> Json:
        """Wait for the order's open task, and return it."""

        def found() -> Json | None:
            return next((task for task in self.open_tasks() if task["order_id"] == order_id), None)

        return wait_until(found, what=f"an open task of order {order_id}") or {}

    def decide(self, task: Json, decision: str, comment: str | None = None) -> httpx.Response:
        """Decide a task as an operator."""
        body = {"decision": decision} | ({"comment": comment} if comment else {})
        return self.operator.post(f"/tasks/{task['task_id']}/decision", json=body)

    def messages(self, queue_url: str) -> list[Json]:
        """Look at the messages of a queue, and leave them there for the next look."""
        answer = self.aws.sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
        )
        return [dict(message) for message in answer.get("Messages", [])]

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
class Person:
    """Somebody with a token, or without, who calls the API."""

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

    def put(self, path: str, *, repeats_faults: bool = False, **options: Any) -> httpx.Response:
        return self._send("PUT", path, options, repeats_faults=repeats_faults)

    def post(self, path: str, *, repeats_faults: bool = False, **options: Any) -> httpx.Response:
        return self._send("POST", path, options, repeats_faults=repeats_faults)

    def _send(self, method: str, path: str, options: dict[str, Any], *, repeats_faults: bool = False) -> httpx.Response:
        """Send a request, and repeat it while the API is busy: a throttled request was not carried out.

        Args:
            repeats_faults: Whether to repeat it after a server error, too. It may have been carried out.
        """
        responses: list[httpx.Response] = []

        def is_answered() -> bool:
            response = self._http.request(method, path, **options)
            responses.append(response)
            is_busy = response.status_code == httpx.codes.TOO_MANY_REQUESTS
            return not (is_busy or (repeats_faults and response.is_server_error))

        wait_until(is_answered, what=f"an answer to {method} {path}", every_seconds=1)
        return responses[-1]

    def post_order(self, body: object, key: str | None = None, *, repeats_faults: bool = False) -> httpx.Response:
        options = {"json": body, "headers": {"Idempotency-Key": key or str(uuid4())}}
        return self._send("POST", "/orders", options, repeats_faults=repeats_faults)

    def place(self, sku: str, quantity: int = 1, payment_method: str = "pm_card_visa", **address: str) -> str:
        """Place an order of one line; return its id."""
        return self.insist(order_body(sku, quantity, payment_method, **address))

    def insist(self, body: object, key: str | None = None) -> str:
        """Place an order as a patient client: it repeats the request, with the same key, until the order is accepted.

        Returns:
            The order's id.
        """
        response = self.post_order(body, key, repeats_faults=True)
        assert response.status_code == httpx.codes.ACCEPTED, response.text
        return str(response.json()["order_id"])

    def order(self, order_id: str) -> Json:
        """Return the order's view; {} while there is none."""
        answer = self.get(f"/orders/{order_id}")
        assert answer.status_code in (200, 404), answer.text
        return dict(answer.json()) if answer.status_code == 200 else {}

    def wait_for(self, order_id: str, *statuses: str) -> Json:
        """Wait until the order has one of `statuses` and is settled (or needs a person), and its view tells it all."""
        order: Json = {}

        def look() -> bool:
            nonlocal order
            order = self.order(order_id)
            if order.get("status") not in statuses:
                return False
            rests = order["status"] in ("NEEDS_ATTENTION", "IN_REVIEW") or self.shop.is_settled(order_id)
            return rests and {event["type"] for event in order["timeline"]} >= set(self.shop_events(order_id))

        wait_until(look, what=f"order {order_id} {' or '.join(statuses)}", progress=lambda: json.dumps(order, indent=1))
        return self.order(order_id)

    def shop_events(self, order_id: str) -> Counter[str]:
        """Count the types of the events that the services' tables hold about the order."""
        shop = self.shop
        items = [shop.item(table, order_id=order_id) for table in ("Payments", "Shipping")]
        items += [shop.item("Inventory", subject=order_id)]
        events = [event for item in items for event in item.get("events", [])]
        return Counter(types(events + shop.own_events(order_id)))


def order_body(sku: str, quantity: int = 1, payment_method: str = "pm_card_visa", **address: str) -> Json:
    return {
        "items": [{"sku": sku, "quantity": quantity}],
        "payment_method": payment_method,
        "shipping_address": ADDRESS | address,
    }


def at_once(*calls: Callable[[], Found]) -> list[Found]:
    """Make all calls at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def types(events: Iterable[Json]) -> list[str]:
    return [event["type"] for event in events]
