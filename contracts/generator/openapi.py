"""The OpenAPI document of the API: requests and responses of each call, with the schemas of the functions' types.

`make contracts` writes it. Specification: https://spec.openapis.org/oas/v3.1.1.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

import activity
import adjust_stock
import cancel_order
import decide_payment
import erase_customer
import get_activity
import list_dead_letters
import list_order_events
import list_orders
import list_products
import list_tasks
import move_shipment
import order_document
import place_order
import put_product
import rebuild_run
import receive_webhook
import redrive_dead_letters
import request_return
import resolve_task
import task
import webhook_types
from contracts.generator import openapi_examples as examples
from contracts.generator.wire_schema import Direction, Schema, schemas
from kernel.page_request import DEFAULT_LIMIT, MAX_LIMIT
from kernel.problems import CONTENT_TYPE, ProblemDocument

# Providers send webhooks, which carry a signature instead of a token.
Who = Literal["anyone", "customers", "operators", "providers"]

COMPONENTS = "#/components/schemas/{model}"
PROBLEM = "Problem"


class ErrorResponse(NamedTuple):
    """An error response with a problem document. `name` is the name of its component."""

    name: str
    status: int
    detail: str


ERROR_RESPONSES: dict[int | str, ErrorResponse] = {
    400: ErrorResponse("BadRequest", 400, "The request is malformed or incomplete: see `detail`."),
    401: ErrorResponse(
        "Unauthorized",
        401,
        "The request has no valid ID token of the user pool, or the webhook has no valid signature.",
    ),
    403: ErrorResponse("Forbidden", 403, "Only operators may call this."),
    404: ErrorResponse("NotFound", 404, "The resource does not exist or belongs to another customer."),
    409: ErrorResponse(
        "Conflict",
        409,
        "The state has changed: for example, the order is already decided.",
    ),
    412: ErrorResponse("PreconditionFailed", 412, "The stock level's current version differs from If-Match."),
    413: ErrorResponse("ContentTooLarge", 413, "The request is too large."),
    422: ErrorResponse(
        "UnprocessableContent", 422, "The request is well-formed but invalid: see `errors` or `detail`."
    ),
    428: ErrorResponse(
        "PreconditionRequired",
        428,
        "The product already exists. Send If-Match to set its stock.",
    ),
    429: ErrorResponse("TooManyRequests", 429, "Too many requests. Retry after the time in Retry-After."),
    "5XX": ErrorResponse("Fault", 500, "An internal error occurred. Retry the same request."),
}


@dataclass(frozen=True)
class Success:
    """A success response of a call."""

    status: int
    description: str
    body: type
    example: object
    headers: Mapping[str, Schema] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A call of the API. `problems` are the statuses of its error responses, without those that every call has."""

    name: str
    summary: str
    who: Who
    response: Success
    problems: tuple[int, ...] = ()
    parameters: tuple[Schema, ...] = ()
    body: type[BaseModel] | None = None
    body_example: object = None
    other_responses: tuple[Success, ...] = ()


def _path(name: str, description: str, example: str, **schema: object) -> Schema:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", **schema},
        "example": example,
    }


def _query(name: str, description: str, example: object, **schema: object) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema, "example": example}


def _location(description: str, example: str) -> Mapping[str, Schema]:
    return {
        "Location": {
            "description": description,
            "required": True,
            "schema": {"type": "string"},
            "example": example,
        }
    }


ORDER_ID = _path("order_id", "The order's id from the response of `POST /orders`.", examples.ORDER_ID)
PAGE = (
    _query(
        "limit",
        "How many a page holds at most.",
        10,
        type="integer",
        minimum=1,
        maximum=MAX_LIMIT,
        default=DEFAULT_LIMIT,
    ),
    _query(
        "next_token",
        "The `next_token` of the previous page.",
        examples.NEXT_TOKEN,
        type="string",
    ),
)


def _idempotency_key(description: str) -> Schema:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
        "example": "8c6e2f0a-6f0e-4c0b-9d53-0f6a0e1f5f1b",
    }


IDEMPOTENCY_KEY = _idempotency_key(
    "Identifies the order. A retry with the same key and body gets the same response and creates no second order."
)
RETURN_KEY = _idempotency_key(
    "Identifies the return. A retry with the same key and body gets the same response and creates no second return."
)
SKU = _path("sku", "The product's SKU. It must not be an order id.", "CUP-1", pattern="^[A-Z0-9-]{1,40}$")
WEBHOOK_HEADERS = tuple(
    {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }
    for name, description, example in (
        ("webhook-id", "The provider's id of the webhook. Every delivery has the same id.", examples.WEBHOOK_ID),
        ("webhook-timestamp", "The time of the delivery in Unix seconds, within five minutes of now.", "1795189080"),
        (
            "webhook-signature",
            (
                "Signatures by Standard Webhooks, separated by spaces: `v1,` and the base64-encoded HMAC-SHA256 of the "
                "id, the timestamp and the bytes of the body, joined by dots."
            ),
            "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        ),
    )
)
ETAG: Mapping[str, Schema] = {
    "ETag": {
        "description": 'The version of the stock level, in quotes. It may be a weak ETag, such as `W/"7"`.',
        "required": True,
        "schema": {"type": "string"},
        "example": '"7"',
    }
}


def _webhook(name: str, summary: str, body: type[BaseModel], example: object) -> Call:
    return Call(
        name,
        summary,
        "providers",
        Success(
            202,
            "The webhook is stored, by this or an earlier delivery. A webhook of another type is stored, too.",
            receive_webhook.ReceivedWebhook,
            {"webhook_id": examples.WEBHOOK_ID, "status": "RECEIVED"},
        ),
        problems=(400, 401, 404, 413, 422),
        parameters=WEBHOOK_HEADERS,
        body=body,
        body_example=example,
    )


CALLS: dict[str, Call] = {
    "GET /products": Call(
        "listProducts",
        "List the products with their available stock",
        "anyone",
        Success(
            200,
            "A page of products, sorted by SKU.",
            list_products.ProductPage,
            {"products": [examples.PRODUCT], "next_token": examples.NEXT_TOKEN},
            headers={"Cache-Control": {"schema": {"type": "string"}, "example": "max-age=5"}},
        ),
        problems=(400,),
        parameters=PAGE,
    ),
    "PUT /products/{sku}": Call(
        "putProduct",
        "Create or change a product",
        "operators",
        Success(
            200,
            "The product after the change. The list of products shows it after a short delay.",
            put_product.StockedProduct,
            examples.STOCKED_PRODUCT,
            headers=ETAG,
        ),
        problems=(400, 403, 404, 412, 413, 422, 428),
        parameters=(
            SKU,
            {
                "name": "If-Match",
                "in": "header",
                "description": "The expected version of the stock level. Required to set the stock of an existing "
                "product.",
                "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[!#-~]*")$'},
                "example": '"7"',
            },
        ),
        body=put_product.PutProduct,
        body_example=examples.PUT_PRODUCT,
    ),
    "POST /products/{sku}/stock-adjustments": Call(
        "adjustStock",
        "Receive or write off stock",
        "operators",
        Success(
            200,
            "The stock level right after the adjustment. A retry with the same key and body gets the same response.",
            adjust_stock.AdjustedStock,
            examples.ADJUSTED_STOCK,
            headers=ETAG,
        ),
        problems=(400, 403, 404, 409, 413, 422),
        parameters=(
            SKU,
            _idempotency_key(
                "Identifies the adjustment. A retry with the same key changes nothing. A key never expires."
            ),
        ),
        body=adjust_stock.AdjustStock,
        body_example=examples.ADJUST_STOCK,
    ),
    "POST /orders": Call(
        "placeOrder",
        "Place an order",
        "customers",
        Success(
            202,
            "The order is stored and will be processed. A retry with the same key and body gets the same response.",
            place_order.AcceptedOrder,
            examples.ACCEPTED_ORDER,
            headers=_location("The order's URL, relative to the API.", f"orders/{examples.ORDER_ID}"),
        ),
        problems=(400, 409, 413, 422),
        parameters=(IDEMPOTENCY_KEY,),
        body=place_order.PlaceOrder,
        body_example=examples.PLACE_ORDER,
    ),
    "GET /orders": Call(
        "listOrders",
        "List the customer's own orders",
        "customers",
        Success(200, "A page of orders, newest first.", list_orders.OrderPage, {"orders": [examples.ORDER_SUMMARY]}),
        problems=(400,),
        parameters=PAGE,
    ),
    "GET /orders/{order_id}": Call(
        "getOrder",
        "Get an order, in its current or an earlier state",
        "customers",
        Success(
            200,
            "The order. A new order appears after a few seconds.",
            order_document.OrderDocument,
            examples.ORDER,
        ),
        problems=(400, 404),
        parameters=(
            ORDER_ID,
            _query(
                "as_of",
                "Return the order's state at this RFC 3339 time, inclusive.",
                "2026-11-20T16:35:18Z",
                type="string",
                format="date-time",
            ),
        ),
    ),
    "GET /orders/{order_id}/events": Call(
        "listOrderEvents",
        "List the events of an order",
        "customers",
        Success(
            200,
            "The CloudEvents, sorted by time. `dataschema` names the schema of `data`, in contracts/events.",
            list_order_events.OrderEvents,
            {"events": [examples.EVENT]},
        ),
        problems=(404,),
        parameters=(ORDER_ID,),
    ),
    "POST /orders/{order_id}/cancellation": Call(
        "cancelOrder",
        "Cancel an order",
        "customers",
        Success(
            202,
            "The order is cancelled, by this or an earlier request.",
            cancel_order.CancelledOrder,
            {"order_id": examples.ORDER_ID, "status": "CANCELLED"},
        ),
        problems=(404, 409),
        parameters=(ORDER_ID,),
    ),
    "POST /orders/{order_id}/returns": Call(
        "requestReturn",
        "Request a return of items of a confirmed and paid order",
        "customers",
        Success(
            202,
            "The return is requested, by this or an earlier request with the same key. An operator decides.",
            request_return.RequestedReturn,
            examples.REQUESTED_RETURN,
            headers=_location("The path of the order, relative to the API.", f"orders/{examples.ORDER_ID}"),
        ),
        problems=(400, 404, 409, 413, 422),
        parameters=(ORDER_ID, RETURN_KEY),
        body=request_return.RequestReturn,
        body_example=examples.REQUEST_RETURN,
    ),
    "POST /webhooks/payments": _webhook(
        "receivePaymentWebhook",
        "Receive a webhook of the payment provider",
        webhook_types.PaymentWebhook,
        examples.PAYMENT_WEBHOOK,
    ),
    "POST /webhooks/carrier": _webhook(
        "receiveCarrierWebhook",
        "Receive a webhook of the carrier",
        webhook_types.ShipmentWebhook,
        examples.SHIPMENT_WEBHOOK,
    ),
    "POST /sandbox/payments/{order_id}": Call(
        "decidePayment",
        "Approve or decline a payment at the sandbox bank (only with sandbox providers)",
        "customers",
        Success(
            202,
            "The payment provider sends the webhook.",
            decide_payment.DecidedPayment,
            {"order_id": examples.ORDER_ID, "status": "HELD"},
        ),
        problems=(400, 404, 409, 413, 422),
        parameters=(ORDER_ID,),
        body=decide_payment.DecidePayment,
        body_example={"decision": "approve"},
    ),
    "POST /sandbox/shipments/{order_id}": Call(
        "moveShipment",
        "Report a movement of a parcel of the sandbox carrier (only with sandbox providers)",
        "customers",
        Success(
            202,
            "The carrier sends the webhook.",
            move_shipment.MovedShipment,
            {"order_id": examples.ORDER_ID, "tracking_number": "SANDBOX-AC813206", "status": "dispatched"},
        ),
        problems=(400, 404, 409, 413, 422),
        parameters=(ORDER_ID,),
        body=move_shipment.MoveShipment,
        body_example={"status": "dispatched"},
    ),
    "GET /tasks": Call(
        "listTasks",
        "List the open tasks",
        "operators",
        Success(200, "A page of open tasks, oldest first.", list_tasks.TaskPage, {"tasks": [examples.TASK]}),
        problems=(400, 403),
        parameters=(
            _query("status", "The status of the tasks.", "open", type="string", enum=["open"], default="open"),
            *PAGE,
        ),
    ),
    "POST /tasks/{task_id}/decision": Call(
        "resolveTask",
        "Resolve a task",
        "operators",
        Success(
            200,
            "The task with the decision. The order changes after a short delay.",
            task.TaskDocument,
            examples.DECIDED_TASK,
        ),
        problems=(400, 403, 404, 409, 413, 422),
        parameters=(_path("task_id", "The task's id from `GET /tasks`.", examples.TASK_ID),),
        body=resolve_task.ResolveTask,
        body_example={"decision": "approve", "comment": "a known customer"},
    ),
    "GET /activity": Call(
        "getActivity",
        "Get statistics of the recent orders",
        "operators",
        Success(
            200,
            "Statistics of the orders of all customers in the last hours.",
            activity.Activity,
            examples.ACTIVITY,
        ),
        problems=(400, 403),
        parameters=(
            _query(
                "hours",
                "The number of hours to include.",
                1,
                type="integer",
                minimum=1,
                maximum=get_activity.MAX_HOURS,
                default=get_activity.MAX_HOURS,
            ),
        ),
    ),
    "GET /dead-letters": Call(
        "listDeadLetters",
        "List the dead letters",
        "operators",
        Success(
            200,
            "All dead-letter queues, with some of their messages and the causes.",
            list_dead_letters.DeadLetters,
            examples.DEAD_LETTERS,
        ),
        problems=(403,),
    ),
    "POST /dead-letters/{queue}/redrive": Call(
        "redriveDeadLetters",
        "Redrive a dead-letter queue",
        "operators",
        Success(
            202,
            "The numbers of messages that were sent and that are left.",
            redrive_dead_letters.Redriven,
            {"queue": "projection", "sent": 3, "left": 0, "finished": True},
        ),
        problems=(403, 404),
        parameters=(_path("queue", "The queue's name from `GET /dead-letters`.", "projection"),),
    ),
    "POST /views/rebuild": Call(
        "startRebuild",
        "Rebuild the views from the event store",
        "operators",
        Success(
            202,
            "The rebuild has started.",
            rebuild_run.Rebuild,
            examples.STARTED_REBUILD,
            headers=_location("The URL of its progress, relative to this path.", f"rebuild/{examples.REBUILD_ID}"),
        ),
        problems=(403, 409),
    ),
    "GET /views/rebuild/{rebuild_id}": Call(
        "getRebuild",
        "Get the progress of a rebuild",
        "operators",
        Success(
            200, "The progress of the rebuild, or its result after it has ended.", rebuild_run.Rebuild, examples.REBUILD
        ),
        problems=(403, 404),
        parameters=(
            _path("rebuild_id", "The rebuild's id from the response of `POST /views/rebuild`.", examples.REBUILD_ID),
        ),
    ),
    "POST /customers/{customer_id}/erasure": Call(
        "eraseCustomer",
        "Erase a customer's personal data",
        "operators",
        Success(
            200,
            "The erasure is complete: no order of the customer contains an address, and the user is deleted.",
            erase_customer.ErasedCustomer,
            {"customer_id": examples.CUSTOMER_ID, "orders": 3, "user_deleted": True},
        ),
        other_responses=(
            Success(
                202,
                "The erasure continues. Some orders still need their addresses until they are settled.",
                erase_customer.ErasureInProgress,
                {"customer_id": examples.CUSTOMER_ID, "orders": 3, "orders_under_way": [examples.ORDER_ID]},
            ),
        ),
        problems=(403, 404, 409),
        parameters=(_path("customer_id", "The `sub` of the customer's user in the user pool.", examples.CUSTOMER_ID),),
    ),
}


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the API."""
    by_name, components = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route, call in CALLS.items():
        method, path = route.split()
        paths.setdefault(path, {})[method.lower()] = _operation(call, by_name)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Serverless Orders",
            "version": "1.0.0",
            "description": (
                "Amounts are integers in minor units of an ISO 4217 currency, and times are in UTC. Errors are problem "
                "documents (RFC 9457). The API refuses unknown members of a request. A client must ignore unknown "
                "members of a response."
            ),
        },
        "servers": [{"url": "/api", "description": "On the web page's own origin; the API's stage has the same name."}],
        "tags": [{"name": name} for name in ("customers", "operators", "providers", "anyone")],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": _error_responses(by_name[PROBLEM]),
            "securitySchemes": {
                "IdToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The ID token of the Cognito user pool. Operators are in its group `operators`.",
                }
            },
        },
    }


def _schemas() -> tuple[dict[str, Schema], dict[str, Schema]]:
    types: dict[str, tuple[type, Direction]] = {PROBLEM: (ProblemDocument, "out")}
    for call in CALLS.values():
        for response in (call.response, *call.other_responses):
            types[f"{call.name} response {response.status}"] = (response.body, "out")
        if call.body:
            types[f"{call.name} body"] = (call.body, "in")
    return schemas(types, COMPONENTS)


def _operation(call: Call, by_name: Mapping[str, Schema]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "tags": [call.who],
        "security": [] if call.who in ("anyone", "providers") else [{"IdToken": []}],
    }
    if call.parameters:
        operation["parameters"] = list(call.parameters)
    if call.body:
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": by_name[f"{call.name} body"], "example": call.body_example},
            },
        }
    signed_in = () if call.who in ("anyone", "providers") else (401,)
    statuses: list[int | str] = [*sorted({*call.problems, *signed_in, 429}), "5XX"]
    operation["responses"] = {
        **{
            str(response.status): _response(call, response, by_name)
            for response in (call.response, *call.other_responses)
        },
        **{str(status): {"$ref": f"#/components/responses/{ERROR_RESPONSES[status].name}"} for status in statuses},
    }
    return operation


def _response(call: Call, response: Success, by_name: Mapping[str, Schema]) -> dict[str, Any]:
    schema = by_name[f"{call.name} response {response.status}"]
    described: dict[str, Any] = {
        "description": response.description,
        "content": {"application/json": {"schema": schema, "example": response.example}},
    }
    return described | ({"headers": dict(response.headers)} if response.headers else {})


def _error_responses(schema: Schema) -> dict[str, Any]:
    responses: dict[str, Any] = {
        error.name: {
            "description": error.detail,
            "content": {CONTENT_TYPE: {"schema": schema, "example": examples.problem(error.status, error.detail)}},
        }
        for error in ERROR_RESPONSES.values()
    }
    # The time to wait in seconds.
    responses["TooManyRequests"]["headers"] = {"Retry-After": {"schema": {"type": "string"}, "example": "1"}}
    return responses
