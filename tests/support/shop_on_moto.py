"""A whole shop in this process: the real handlers on moto.

There is no stream. `deliver` reads the items of all tables and projects their new events, in the order of their times.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from threading import Lock
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from botocore.client import BaseClient
from moto import mock_aws
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID, responses
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.event_items import new_events
from tests.support.api_routes import entry_point_of
from tests.support.openapi_document import assert_promised, route_of
from tests.support.published_events import assert_as_published
from tests.support.saga_run import invoke_handler, lambda_context, run_refund, run_saga
from tests.support.template import resources_of_type

ADDRESS = {"name": "Ada L.", "line1": "1 Mill Lane", "city": "Berlin", "postal_code": "12345", "country": "DE"}
# The template's tables, and those whose streams carry events.
TABLES = {
    name.removesuffix("Table"): table["Properties"] for name, table in resources_of_type("AWS::DynamoDB::Table").items()
}
SOURCES = [
    name
    for name, properties in TABLES.items()
    if properties.get("StreamSpecification") == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
]


class ShopOnMoto:
    """A shop for tests: products, orders, sagas, and reads of the resulting state."""

    def __init__(self) -> None:
        self.customer_id = str(uuid4())
        self.projected: set[str] = set()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] = {},
        query: Mapping[str, str] | None = None,
        claims: Mapping[str, Any] | None = None,
        changes: Mapping[str, Any] = {},
        entry_point: str | None = None,
    ) -> "Response":
        """Send a request to the entry point that serves it, with the event that API Gateway would send.

        The response must conform to the OpenAPI document.

        Args:
            method: The HTTP method.
            path: The path with parameters filled in.
            body: The body, which is sent as JSON.
            headers: The request's headers.
            query: The query parameters.
            claims: The claims of the ID token. The default is the shop's customer.
            changes: Members of the proxy event that differ from the default ones.
            entry_point: The module that serves the request. Required if the path is no route of the API.
        """
        if claims is None:
            claims = {"sub": self.customer_id, "token_use": "id"}
        event = {
            "httpMethod": method,
            "path": path,
            "resource": path,
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": query,
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
            "requestContext": {"requestId": str(uuid4()), "authorizer": {"claims": dict(claims)}, "path": path},
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
            **changes,
        }
        module = entry_point or entry_point_of(method, path)
        response = Response(import_module(module).handler(event, lambda_context(module)))
        route = route_of(method, path)
        if route:
            assert_promised(
                route, response.status, response.headers["Content-Type"], set(response.headers), response.document
            )
        return response

    def operator(self) -> dict[str, str]:
        return {"sub": str(uuid4()), "token_use": "id", "cognito:groups": "operators"}

    def product(self, stock: int = 10, unit_price: int = 1500, currency: str = "EUR") -> str:
        """Create a product with stock, project it, and return its SKU."""
        sku = f"KETTLE-{uuid4().hex[:8].upper()}"
        body = {"name": "Kettle", "unit_price": unit_price, "currency": currency, "stock": stock}
        assert self.call("PUT", f"/products/{sku}", body, claims=self.operator()).status == 200
        item = dynamodb().get_item(TableName="Inventory", Key=to_item({"subject": sku}))["Item"]
        self._project(*new_events(item, None))
        return sku

    def order_body(
        self, *lines: tuple[str, int], payment_method: str = "pm_card_visa", **address: str
    ) -> dict[str, Any]:
        return {
            "items": [{"sku": sku, "quantity": quantity} for sku, quantity in lines],
            "payment_method": payment_method,
            "shipping_address": ADDRESS | address,
        }

    def place(self, *lines: tuple[str, int], payment_method: str = "pm_card_visa", **address: str) -> str:
        """Place an order, and return its id."""
        response = self.post_order(self.order_body(*lines, payment_method=payment_method, **address))
        assert response.status == 202, response.document
        return str(response.document["order_id"])

    def post_order(self, body: object, key: str | None = None, **options: Any) -> "Response":
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self.call("POST", "/orders", body, headers=headers, **options)

    def confirmed_order(self, *lines: tuple[str, int], payment_method: str = "pm_card_visa") -> str:
        """Place and fulfil an order, project it, and return its id."""
        order_id = self.place(*lines, payment_method=payment_method)
        assert self.fulfil(order_id)[-1] == "SettleOrder"
        self.deliver()
        return order_id

    def post_return(
        self,
        order_id: str,
        *lines: tuple[str, int],
        key: str | None = None,
        reason: str = "It is chipped.",
        **options: Any,
    ) -> "Response":
        """Request a return of these SKUs and quantities."""
        body = {"items": [{"sku": sku, "quantity": quantity} for sku, quantity in lines], "reason": reason}
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self.call("POST", f"/orders/{order_id}/returns", body, headers=headers, **options)

    def request_return(self, order_id: str, *lines: tuple[str, int]) -> str:
        """Request a return, and return its id."""
        response = self.post_return(order_id, *lines)
        assert response.status == 202, response.document
        return str(response.document["return_id"])

    def accepted_return(self, order_id: str, *lines: tuple[str, int], restock: bool = True) -> str:
        """Request and accept a return, and return its id."""
        return_id = self.request_return(order_id, *lines)
        self.answer_return(order_id, return_id, "approve", restock=restock)
        return return_id

    def answer_return(self, order_id: str, return_id: str, decision: str, *, restock: bool = False) -> None:
        """Answer a return as attend_order does after the operator's decision."""
        command = {"order_id": order_id, "return_id": return_id, "decision": decision, "restock": restock}
        outcome = {"approve": "ACCEPTED", "reject": "REFUSED"}[decision]
        assert invoke_handler("AnswerReturn", command) == {"outcome": outcome}

    def deliver_webhook(
        self, order_id: str, what: str, *, tracking_number: str | None = None, receives: int = 1, **changes: Any
    ) -> bool:
        """Deliver a webhook of the carrier, such as `delivered`. Return whether SQS must deliver it again."""
        number = tracking_number or f"SANDBOX-{order_id[:8].upper()}"
        webhook = {
            "webhook_id": f"msg_{uuid4().hex}",
            "type": f"shipment.{what}",
            "timestamp": "2026-11-29T12:00:00Z",
            "data": {"order_id": order_id, "tracking_number": number},
        }
        record = sqs_record(webhook | changes)
        record["attributes"]["ApproximateReceiveCount"] = str(receives)
        response = import_module("carrier_webhooks").handler({"Records": [record]}, lambda_context())
        return bool(response["batchItemFailures"])

    def refund_input(self, order_id: str, return_id: str) -> dict[str, Any]:
        """Return the input of a run of refund_return that starts now."""
        return_store, refund_run = import_module("return_store"), import_module("refund_run")
        run = refund_run.RefundRun(
            order_id=order_id, return_id=return_id, causation_id=f"returns:{order_id}:2", run_id=f"{return_id}-2"
        )
        return json.loads(json.dumps(refund_run.saga_input(run, return_store.load(order_id))))

    def refund(self, order_id: str, return_id: str) -> list[str]:
        """Run refund_return, and return the names of its states."""
        return run_refund(self.refund_input(order_id, return_id))

    def saga_input(self, order_id: str) -> dict[str, Any]:
        """Return the input of a run that starts now."""
        order_store, fulfilment_run = import_module("order_store"), import_module("fulfilment_run")
        run = fulfilment_run.SagaRun(order_id=order_id, causation_id=f"orders:{order_id}:1", run_id=f"{order_id}-1")
        return json.loads(json.dumps(fulfilment_run.saga_input(run, order_store.load(order_id))))

    def fulfil(self, order_id: str) -> list[str]:
        """Run the saga, and return the names of its states."""
        return run_saga(self.saga_input(order_id))

    def start_fulfilment(self, event: Any) -> None:
        """Deliver an order's event, or the message of a postponed run, to start_fulfilment."""
        response = import_module("start_fulfilment").handler({"Records": [sqs_record(event)]}, lambda_context())
        assert response == {"batchItemFailures": []}

    def events(self) -> list[Any]:
        """Return every event of every table once. Of a product, only the latest stock level."""
        items = [item for table in SOURCES for item in self.items(table)]
        return [event for item in items for event in new_events(item, None)]

    def deliver(self) -> None:
        """Project the events of the tables that are not projected yet."""
        self._project(*sorted(self.events(), key=lambda event: event.time))

    def _project(self, *events: Any) -> None:
        project_events = import_module("project_events")
        for event in events:
            if event.id not in self.projected:
                assert_as_published(event.document())
                self.projected.add(event.id)
                response = project_events.handler({"Records": [sqs_record(event)]}, lambda_context("project_events"))
                assert response == {"batchItemFailures": []}

    def order(self, order_id: str) -> dict[str, Any]:
        """Return the order as its customer sees it after all events are projected."""
        self.deliver()
        response = self.call("GET", f"/orders/{order_id}")
        assert response.status == 200, response.document
        return dict(response.document)

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return a table's items in DynamoDB JSON. Read from moto's memory, because it serializes a scan slowly."""
        backend = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][os.environ["AWS_DEFAULT_REGION"]]
        return [item.to_json()["Attributes"] for item in backend.get_table(table).all_items()]

    def item(self, table: str, **key: str) -> dict[str, Any]:
        found = [item for item in self.items(table) if to_item(key).items() <= item.items()]
        assert len(found) <= 1
        return from_item(found[0]) if found else {}

    def available(self, sku: str) -> int:
        return int(self.item("Inventory", subject=sku)["level"]["available"])

    def money_at_gateway(self, order_id: str) -> tuple[str, int]:
        """Return the state and the amount of the order's payment in the sandbox gateway's own item."""
        at_gateway = self.item("Sandbox", record=f"gateway#{order_id}")
        return at_gateway.get("sandbox_status", "NOTHING"), at_gateway.get("amount", 0)

    def refunded_at_gateway(self, order_id: str) -> int:
        """Return what the sandbox gateway has paid back, in minor units."""
        return int(self.item("Sandbox", record=f"gateway#{order_id}").get("refunded", 0))

    def booked_at_carrier(self, order_id: str) -> str:
        return str(self.item("Sandbox", record=f"carrier#{order_id}").get("booked_as", "NOTHING"))

    def is_settled(self, order_id: str) -> bool:
        return "unsettled_shard" not in self.item("Orders", order_id=order_id, sequence=1)  # type: ignore[arg-type]


def sqs_record(event: Any) -> dict[str, Any]:
    return {
        "messageId": str(uuid4()),
        "body": json.dumps(event if isinstance(event, dict) else event.document()),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }


class Response:
    """An HTTP response of a handler."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.status = raw["statusCode"]
        headers = {name: values[0] for name, values in raw.get("multiValueHeaders", {}).items()}
        self.headers = {**headers, **raw.get("headers", {})}
        self.document = json.loads(raw["body"])


def set_environment(set_variable: Callable[[str, str], None]) -> None:
    """Set the functions' environment variables, as the template does."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "LIVE_API_URL": "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live",
        "MAX_RECEIVES": "5",
        "MAX_RUNNING_SAGAS": "0",
        "MAX_WAITING_ORDERS": "0",
        "PAYMENT_TIMEOUT_SECONDS": "900",
        "POWERTOOLS_METRICS_NAMESPACE": "ServerlessOrders",
        "POWERTOOLS_SERVICE_NAME": "test",
        "RETURNS_FROM": "CONFIRMATION",
        **{f"{re.sub('(?<!^)(?=[A-Z])', '_', table).upper()}_TABLE_NAME": table for table in TABLES},
    }.items():
        set_variable(name, value)


@contextmanager
def one_call_at_a_time() -> Iterator[None]:
    """Serialize AWS calls from several threads.

    Unlike DynamoDB, moto checks a condition and writes in two separate steps. Without the lock, two concurrent updates
    with the same condition could both succeed.
    """
    call, lock = vars(BaseClient)["_make_api_call"], Lock()

    def wait_and_call(client: BaseClient, operation: str, arguments: object) -> Any:
        with lock:
            return call(client, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", wait_and_call):
        yield


class _ExactNames(XFormedAttributePicker):
    """Finds the members of DynamoDB's results by their exact names. moto tries many, for a third of the tests' time."""

    def get_possible_keys(self, context: AttributePickerContext) -> Iterator[str]:
        is_dynamodb = context.service_model and context.service_model.service_name == "dynamodb"
        yield from [context.key] if is_dynamodb else super().get_possible_keys(context)


@contextmanager
def shop_on_moto(set_variable: Callable[[str, str], None]) -> Iterator[ShopOnMoto]:
    """Provide a shop on moto with the template's tables."""
    set_environment(set_variable)
    with mock_aws(), one_call_at_a_time(), patch.object(responses, "XFormedAttributePicker", _ExactNames):
        for name, properties in TABLES.items():
            known = ("KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes")
            dynamodb().create_table(TableName=name, **{each: properties[each] for each in known if each in properties})
        yield ShopOnMoto()
