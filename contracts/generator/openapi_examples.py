"""The examples in the OpenAPI document. A test validates them by the schemas."""

from http import HTTPStatus

from kernel.problems import Problem, ProblemDocument, invalid_members

ORDER_ID = "ac813206-bbf5-57a2-9996-8dca9b7d786f"
CUSTOMER_ID = "5e0f1f9c-7c1f-4d4e-9a57-2f4f7c1b0a11"
REBUILD_ID = "0f2d3c41-9a55-4f0c-8f10-5f7a2f0c9b3e"
RETURN_ID = "7b7e7f58-4f0e-5d0b-8a5e-0a4b9a9b5d11"
TASK_ID = f"{ORDER_ID}-orders-2"
NEXT_TOKEN = "eyJwayI6ICJQUk9EVUNUI0NVUC0xIiwgInNrIjogIlNVTU1BUlkiLCAibGlzdF9vcmRlciI6ICJDVVAtMSJ9"  # noqa: S105
LIVE_TICKET = {
    "url": "wss://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live?ticket=mC0bXcZ1Jm3pT5vQ",
    "expires_in": 30,
}
LINE = {"sku": "CUP-1", "name": "Cup", "quantity": 2, "unit_price": 250}
PRODUCT = {"sku": "CUP-1", "name": "Cup", "unit_price": 250, "currency": "EUR", "available": 8}
PUT_PRODUCT = {"name": "Cup", "unit_price": 250, "currency": "EUR", "stock": 8}
STOCKED_PRODUCT = PRODUCT | {"version": 7}
ADJUST_STOCK = {"change": 12, "reason": "delivery 2026-11-20"}
ADJUSTED_STOCK = {"sku": "CUP-1", "available": 20, "version": 8}
PLACE_ORDER = {
    "items": [{"sku": "CUP-1", "quantity": 2}],
    "payment_method": "pm_card_visa",
    "shipping_address": {
        "name": "Ada L.",
        "line1": "1 Mill Lane",
        "city": "London",
        "postal_code": "SW1A 1AA",
        "country": "GB",
    },
    "expected_total": {"amount": 500, "currency": "EUR"},
}
REQUEST_RETURN = {"items": [{"sku": "CUP-1", "quantity": 1}], "reason": "The cup is chipped."}
REQUESTED_RETURN = {
    "return_id": RETURN_ID,
    "order_id": ORDER_ID,
    "status": "REQUESTED",
    "items": [{"sku": "CUP-1", "quantity": 1, "unit_price": 250}],
    "refund_amount": 250,
    "currency": "EUR",
}
ACCEPTED_ORDER = {"order_id": ORDER_ID, "status": "PLACED", "items": [LINE], "total": 500, "currency": "EUR"}
ORDER_SUMMARY = {
    "order_id": ORDER_ID,
    "status": "REJECTED",
    "reason": "PAYMENT_DECLINED",
    "items": [LINE],
    "total": 500,
    "currency": "EUR",
    "placed_at": "2026-11-20T16:35:16.810639Z",
}
ORDER = {
    **ORDER_SUMMARY,
    "updated_at": "2026-11-20T16:35:18.402100Z",
    "stock": {"status": "RELEASED"},
    "payment": {"status": "DECLINED", "payment_method": "pm_card_declined", "reason": "CARD_DECLINED"},
    "shipment": None,
    "returns": [],
    "timeline": [
        {"type": "OrderPlaced", "time": "2026-11-20T16:35:16.810639Z", "source": "orders", "sequence": 1},
        {"type": "StockReserved", "time": "2026-11-20T16:35:17.000210Z", "source": "inventory", "sequence": 1},
        {"type": "PaymentDeclined", "time": "2026-11-20T16:35:17.330087Z", "source": "payments", "sequence": 1},
        {"type": "OrderRejected", "time": "2026-11-20T16:35:17.910500Z", "source": "orders", "sequence": 2},
        {"type": "StockReleased", "time": "2026-11-20T16:35:18.402100Z", "source": "inventory", "sequence": 2},
    ],
}
CUSTOMERS_ORDER = {**ORDER_SUMMARY, "customer_id": CUSTOMER_ID, "updated_at": "2026-11-20T16:35:18.402100Z"}
SEARCH_TOKEN = "eyJiZWZvcmUiOiAiMjAyNi0xMS0yMCJ9"  # noqa: S105
EVENT = {
    "specversion": "1.0",
    "id": f"inventory:{ORDER_ID}:1",
    "source": "inventory",
    "type": "StockReserved",
    "subject": ORDER_ID,
    "time": "2026-11-20T16:35:17.000210Z",
    "datacontenttype": "application/json",
    "dataschema": "urn:serverless-orders:event:StockReserved:1",
    "sequence": 1,
    "correlationid": ORDER_ID,
    "causationid": f"orders:{ORDER_ID}:1",
    "data": {"items": [{"sku": "CUP-1", "quantity": 2}]},
}
TASK = {
    "task_id": TASK_ID,
    "order_id": ORDER_ID,
    "kind": "review",
    "status": "open",
    "opened_at": "2026-11-20T16:35:18.000000Z",
    "total": 150000,
    "currency": "EUR",
    "failed_steps": [],
    "decisions": ["approve", "reject"],
}
DECIDED_TASK = {
    **{name: value for name, value in TASK.items() if name != "decisions"},
    "status": "decided",
    "decision": "approve",
    "decided_at": "2026-11-20T17:02:41.118000Z",
    "operator_id": "01ca0000-0000-4000-8000-000000000002",
    "comment": "a known customer",
}
ACTIVITY = {
    "since": "2026-11-20T15:35:18.000000Z",
    "until": "2026-11-20T16:35:18.000000Z",
    "orders": 2,
    "truncated": False,
    "buckets": [{"start": "2026-11-20T16:35:00.000000Z", "statuses": {"CONFIRMED": 1, "REJECTED": 1}}],
    "rejections": [{"reason": "PAYMENT_DECLINED", "orders": 1, "is_fault": False}],
    "seconds_to_decide": {"system": {"orders": 2, "p50": 1.1, "p95": 1.204}, "people": None},
}
DEAD_LETTERS = {
    "queues": [
        {
            "queue": "projection",
            "depth": 1,
            "oldest_age_seconds": 340,
            "messages": [
                {
                    "message_id": "5fea7756-0ea4-451a-a703-a558b933e274",
                    "sent_at": "2026-11-20T16:35:18.000000Z",
                    "body": "no event",
                    "cause": "The message is not valid: specversion is missing (3 more errors)",
                }
            ],
        },
        {"queue": "fulfilment", "depth": 0, "messages": []},
    ]
}


def problem(status: int, detail: str) -> ProblemDocument:
    """Return a problem document with this status."""
    example = Problem(status, detail)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        example = invalid_members(
            {"pointer": "/items/0/quantity", "detail": "Input should be less than or equal to 100"}
        )
    return example.document("/orders#c6af9ac6-7b61-11e6-9a41-93e8deadbeef")


WEBHOOK_ID = "msg_2f4d1c80e5b14c539f0a3f1f6f0f4f01"
PAYMENT_WEBHOOK = {
    "type": "payment.authorized",
    "timestamp": "2026-11-20T15:40:00.123Z",
    "data": {"order_id": ORDER_ID, "amount": 1580, "currency": "EUR"},
}
SHIPMENT_WEBHOOK = {
    "type": "shipment.dispatched",
    "timestamp": "2026-11-21T09:00:00Z",
    "data": {"order_id": ORDER_ID, "tracking_number": "SANDBOX-AC813206"},
}
STARTED_REBUILD = {
    "rebuild_id": REBUILD_ID,
    "status": "RUNNING",
    "started_at": "2026-11-20T16:40:00.000000Z",
    "objects": {"total": 0, "done": 0, "failed": 0},
    "events": {"applied": 0, "unreadable": 0},
}
REBUILD = STARTED_REBUILD | {
    "status": "SUCCEEDED",
    "ended_at": "2026-11-20T16:41:12.000000Z",
    "objects": {"total": 58, "done": 58, "failed": 0},
    "events": {"applied": 9642, "unreadable": 0},
}
