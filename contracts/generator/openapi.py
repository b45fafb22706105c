"""The OpenAPI document of the API: what each call takes and answers, with schemas of the types that its function uses.

`make contracts` writes it; https://spec.openapis.org/oas/v3.1.1.html says what it may hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

import activity
import adjust_stock
import cancel_order
import erase_customer
import get_activity
import list_dead_letters
import list_order_events
import list_orders
import list_products
import list_tasks
import order_document
import place_order
import put_product
import rebuild_run
import redrive_dead_letters
import resolve_task
import task
from contracts.generator import openapi_examples as examples
from contracts.generator.wire_schema import Direction, Schema, schemas
from kernel.page_request import DEFAULT_LIMIT, MOST
from kernel.problems import CONTENT_TYPE, ProblemDocument

Who = Literal["anyone", "customers", "operators"]

COMPONENTS = "#/components/schemas/{model}"
PROBLEM = "Problem"


class Refusal(NamedTuple):
    """A problem document that calls answer. `name` is its component's."""

    name: str
    status: int
    detail: str


REFUSALS: dict[int | str, Refusal] = {
    400: Refusal("BadRequest", 400, "The request cannot be read, or lacks something: see `detail`."),
    401: Refusal("Unauthorized", 401, "Nobody is signed in, or by another token than the user pool's ID token."),
    403: Refusal("Forbidden", 403, "Only operators may do this."),
    404: Refusal("NotFound", 404, "There is no such thing, or it is somebody else's."),
    409: Refusal("Conflict", 409, "It is too late: something else is decided already, or a price has changed."),
    412: Refusal("PreconditionFailed", 412, "If-Match names another version than the stock level has now."),
    413: Refusal("ContentTooLarge", 413, "The request is too large."),
    422: Refusal(
        "UnprocessableContent", 422, "The request is understood, and wrong: see `errors`, where there are any."
    ),
    428: Refusal("PreconditionRequired", 428, "The product exists: to set its stock, send If-Match with a version."),
    429: Refusal("TooManyRequests", 429, "Too many requests: come again in a moment."),
    "5XX": Refusal("Fault", 500, "Something is wrong here. Send the same request again."),
}


@dataclass(frozen=True)
class Answer:
    """The good answer of a call."""

    status: int
    description: str
    body: type
    example: object
    headers: Mapping[str, Schema] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A call of the API. `problems` are the statuses of its problem documents, beside those that every call has."""

    name: str
    summary: str
    who: Who
    answer: Answer
    problems: tuple[int, ...] = ()
    parameters: tuple[Schema, ...] = ()
    body: type[BaseModel] | None = None
    body_example: object = None
    other_answers: tuple[Answer, ...] = ()


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


ORDER_ID = _path("order_id", "The order's id, as `POST /orders` answered it.", examples.ORDER_ID)
PAGE = (
    _query(
        "limit", "How many a page holds at most.", 10, type="integer", minimum=1, maximum=MOST, default=DEFAULT_LIMIT
    ),
    _query(
        "next_token",
        "Where the page starts: the `next_token` of the page before.",
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
    "One key, one order: repeat it when you repeat the request, and the answer is the same."
)
SKU = _path("sku", "The product's SKU; no order id.", "CUP-1", pattern="^[A-Z0-9-]{1,40}$")
ETAG: Mapping[str, Schema] = {
    "ETag": {
        "description": 'The version of the stock level, in quotes. It may arrive weak, such as `W/"7"`.',
        "required": True,
        "schema": {"type": "string"},
        "example": '"7"',
    }
}

CALLS: dict[str, Call] = {
    "GET /products": Call(
        "listProducts",
        "The products, with what is available",
        "anyone",
        Answer(
            200,
            "A page of products, by SKU.",
            list_products.ProductPage,
            {"products": [examples.PRODUCT], "next_token": examples.NEXT_TOKEN},
            headers={"Cache-Control": {"schema": {"type": "string"}, "example": "max-age=5"}},
        ),
        problems=(400,),
        parameters=PAGE,
    ),
    "PUT /products/{sku}": Call(
        "putProduct",
        "Put a product on the shelf, or change it",
        "operators",
        Answer(
            200,
            "The product as it is from now on. The list of products follows.",
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
                "description": "The version that the stock level must have. Required to set the stock of an existing "
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
        "Receive stock, or write it off",
        "operators",
        Answer(
            200,
            "The stock level right after the adjustment. The same key and body get the same answer again.",
            adjust_stock.AdjustedStock,
            examples.ADJUSTED_STOCK,
            headers=ETAG,
        ),
        problems=(400, 403, 404, 409, 413, 422),
        parameters=(
            SKU,
            _idempotency_key(
                "One key, one adjustment of the product: repeat it when you repeat the request. A key never expires."
            ),
        ),
        body=adjust_stock.AdjustStock,
        body_example=examples.ADJUST_STOCK,
    ),
    "POST /orders": Call(
        "placeOrder",
        "Place an order",
        "customers",
        Answer(
            202,
            "The order is stored and will be decided. The same key and body get the same answer again.",
            place_order.AcceptedOrder,
            examples.ACCEPTED_ORDER,
            headers=_location("Where the order is to be seen, relative to the API.", f"orders/{examples.ORDER_ID}"),
        ),
        problems=(400, 409, 413, 422),
        parameters=(IDEMPOTENCY_KEY,),
        body=place_order.PlaceOrder,
        body_example=examples.PLACE_ORDER,
    ),
    "GET /orders": Call(
        "listOrders",
        "The customer's own orders",
        "customers",
        Answer(200, "A page of orders, newest first.", list_orders.OrderPage, {"orders": [examples.ORDER_SUMMARY]}),
        problems=(400,),
        parameters=PAGE,
    ),
    "GET /orders/{order_id}": Call(
        "getOrder",
        "An order, as it is or as it stood",
        "customers",
        Answer(
            200,
            "The order. One placed a moment ago takes a moment to show up.",
            order_document.OrderDocument,
            examples.ORDER,
        ),
        problems=(400, 404),
        parameters=(
            ORDER_ID,
            _query(
                "as_of",
                "The order as it stood then; a time as RFC 3339 writes it, inclusive.",
                "2026-11-20T16:35:18Z",
                type="string",
                format="date-time",
            ),
        ),
    ),
    "GET /orders/{order_id}/events": Call(
        "listOrderEvents",
        "The events of an order",
        "customers",
        Answer(
            200,
            "The CloudEvents themselves, by time. `dataschema` names the schema of `data`, in contracts/events.",
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
        Answer(
            202,
            "The order is cancelled from now on, or was before.",
            cancel_order.CancelledOrder,
            {"order_id": examples.ORDER_ID, "status": "CANCELLED"},
        ),
        problems=(404, 409),
        parameters=(ORDER_ID,),
    ),
    "GET /tasks": Call(
        "listTasks",
        "What waits for a person's decision",
        "operators",
        Answer(
            200, "A page of open tasks, those that wait longest first.", list_tasks.TaskPage, {"tasks": [examples.TASK]}
        ),
        problems=(400, 403),
        parameters=(
            _query("status", "Only open tasks are listed.", "open", type="string", enum=["open"], default="open"),
            *PAGE,
        ),
    ),
    "POST /tasks/{task_id}/decision": Call(
        "resolveTask",
        "Decide a task",
        "operators",
        Answer(200, "The task as it is from now on. The order follows.", task.TaskDocument, examples.DECIDED_TASK),
        problems=(400, 403, 404, 409, 413, 422),
        parameters=(_path("task_id", "The task's id, as `GET /tasks` lists it.", examples.TASK_ID),),
        body=resolve_task.ResolveTask,
        body_example={"decision": "approve", "comment": "a known customer"},
    ),
    "GET /activity": Call(
        "getActivity",
        "What is going on among the orders",
        "operators",
        Answer(
            200,
            "The orders of the last hours, of all customers, counted.",
            activity.Activity,
            examples.ACTIVITY,
        ),
        problems=(400, 403),
        parameters=(
            _query(
                "hours",
                "How far back.",
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
        "What could not be dealt with, and why",
        "operators",
        Answer(200, "Every queue of dead letters.", list_dead_letters.DeadLetters, examples.DEAD_LETTERS),
        problems=(403,),
    ),
    "POST /dead-letters/{queue}/redrive": Call(
        "redriveDeadLetters",
        "Send a queue's dead letters once more",
        "operators",
        Answer(
            202,
            "How many were sent, and what is left.",
            redrive_dead_letters.Redriven,
            {"queue": "projection", "sent": 3, "left": 0, "finished": True},
        ),
        problems=(403, 404),
        parameters=(_path("queue", "The queue's name, as `GET /dead-letters` lists it.", "projection"),),
    ),
    "POST /views/rebuild": Call(
        "startRebuild",
        "Rebuild the views from the event store",
        "operators",
        Answer(
            202,
            "The rebuild is started.",
            rebuild_run.Rebuild,
            examples.STARTED_REBUILD,
            headers=_location(
                "Where its progress is to be seen, relative to this path.", f"rebuild/{examples.REBUILD_ID}"
            ),
        ),
        problems=(403, 409),
    ),
    "GET /views/rebuild/{rebuild_id}": Call(
        "getRebuild",
        "See how far a rebuild is",
        "operators",
        Answer(200, "Its progress; once it has ended, what it came to.", rebuild_run.Rebuild, examples.REBUILD),
        problems=(403, 404),
        parameters=(
            _path("rebuild_id", "The rebuild's id, as `POST /views/rebuild` answered it.", examples.REBUILD_ID),
        ),
    ),
    "POST /customers/{customer_id}/erasure": Call(
        "eraseCustomer",
        "Forget a person",
        "operators",
        Answer(
            200,
            "It is complete: no order of theirs holds an address, and there is no user.",
            erase_customer.ErasedCustomer,
            {"customer_id": examples.CUSTOMER_ID, "orders": 3, "user_deleted": True},
        ),
        other_answers=(
            Answer(
                202,
                "It goes on: some orders still need their addresses. A job erases them once they are settled.",
                erase_customer.ErasureUnderWay,
                {"customer_id": examples.CUSTOMER_ID, "orders": 3, "orders_under_way": [examples.ORDER_ID]},
            ),
        ),
        problems=(403, 404, 409),
        parameters=(_path("customer_id", "The `sub` of the person's user in the user pool.", examples.CUSTOMER_ID),),
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
                "Amounts are integers in minor units of an ISO 4217 currency, times are UTC. What is wrong is said in "
                "problem documents (RFC 9457). Unknown members of a request are refused; a client is to ignore "
                "members of an answer that it does not know."
            ),
        },
        "servers": [{"url": "/api", "description": "On the web page's own origin; the API's stage has the same name."}],
        "tags": [{"name": name} for name in ("customers", "operators", "anyone")],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": _refusals(by_name[PROBLEM]),
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
        for answer in (call.answer, *call.other_answers):
            types[f"{call.name} answer {answer.status}"] = (answer.body, "out")
        if call.body:
            types[f"{call.name} body"] = (call.body, "in")
    return schemas(types, COMPONENTS)


def _operation(call: Call, by_name: Mapping[str, Schema]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "tags": [call.who],
        "security": [] if call.who == "anyone" else [{"IdToken": []}],
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
    signed_in = () if call.who == "anyone" else (401,)
    statuses: list[int | str] = [*sorted({*call.problems, *signed_in, 429}), "5XX"]
    operation["responses"] = {
        **{str(answer.status): _response(call, answer, by_name) for answer in (call.answer, *call.other_answers)},
        **{str(status): {"$ref": f"#/components/responses/{REFUSALS[status].name}"} for status in statuses},
    }
    return operation


def _response(call: Call, answer: Answer, by_name: Mapping[str, Schema]) -> dict[str, Any]:
    schema = by_name[f"{call.name} answer {answer.status}"]
    response: dict[str, Any] = {
        "description": answer.description,
        "content": {"application/json": {"schema": schema, "example": answer.example}},
    }
    return response | ({"headers": dict(answer.headers)} if answer.headers else {})


def _refusals(schema: Schema) -> dict[str, Any]:
    responses: dict[str, Any] = {
        refusal.name: {
            "description": refusal.detail,
            "content": {CONTENT_TYPE: {"schema": schema, "example": examples.problem(refusal.status, refusal.detail)}},
        }
        for refusal in REFUSALS.values()
    }
    # Who waits so long before the next request is let through again.
    responses["TooManyRequests"]["headers"] = {"Retry-After": {"schema": {"type": "string"}, "example": "1"}}
    return responses
