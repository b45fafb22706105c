"""The calls of the sandbox providers, with their examples."""

import decide_payment
import locate_events
import move_shipment
import plan_faults
import trace_order
from contracts.generator import openapi_examples as examples
from contracts.generator.api_call import IDEMPOTENCY_KEY, ORDER_ID, Call, Success

PLANNED_FAULTS = {
    "order_id": examples.ORDER_ID,
    "faults": {"authorize": {"effect": "fail", "times": 2}, "book": {"effect": "refuse"}, "void": {"effect": "fail"}},
}
ORDER_TRACE = {
    "log_lines": [
        {
            "time": "2026-11-20T16:35:17.331000Z",
            "function": "PaymentsSagaFunction",
            "level": "INFO",
            "message": "AuthorizePayment returned DECLINED",
            "step": "AuthorizePayment",
        },
        {
            "time": "2026-11-20T16:35:17.802000Z",
            "function": "RelayEventsFunction",
            "level": "INFO",
            "message": "relayed PaymentDeclined",
            "event": f"payments:{examples.ORDER_ID}:1",
        },
    ],
    "attempts": [{"step": "AuthorizePayment", "time": "2026-11-20T16:35:17.331000Z", "outcome": "DECLINED"}],
}
EVENT_OBJECTS = {
    "objects": {
        f"payments:{examples.ORDER_ID}:1": "events/year=2026/month=11/day=20/hour=16/"
        "serverless-orders-EventDeliveryStream-1-2026-11-20-16-35-17-0d6f7c1e.gz"
    },
    "event_buffer_seconds": 60,
}

SANDBOX_CALLS: dict[str, Call] = {
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
    "PUT /sandbox/faults": Call(
        "planFaultsOfNextOrder",
        "Plan faults of the sandbox providers for the order that is placed next with the same Idempotency-Key "
        "(only with sandbox providers)",
        "customers",
        Success(200, "The plan.", plan_faults.PlannedFaults, PLANNED_FAULTS),
        problems=(400, 413, 422),
        parameters=(IDEMPOTENCY_KEY,),
        body=plan_faults.FaultPlan,
        body_example=PLANNED_FAULTS["faults"],
    ),
    "GET /sandbox/orders/{order_id}/faults": Call(
        "getFaults",
        "Show the planned faults of an order that have not happened yet (only with sandbox providers)",
        "customers",
        Success(200, "The rest of the plan.", plan_faults.PlannedFaults, PLANNED_FAULTS),
        problems=(404,),
        parameters=(ORDER_ID,),
    ),
    "PUT /sandbox/orders/{order_id}/faults": Call(
        "planFaults",
        "Replace the planned faults of the sandbox providers for an order (only with sandbox providers)",
        "customers",
        Success(200, "The plan.", plan_faults.PlannedFaults, PLANNED_FAULTS),
        problems=(400, 404, 413, 422),
        parameters=(ORDER_ID,),
        body=plan_faults.FaultPlan,
        body_example=PLANNED_FAULTS["faults"],
    ),
    "GET /sandbox/orders/{order_id}/trace": Call(
        "traceOrder",
        "Get the log lines of an order and the attempts of its saga steps (only with sandbox providers)",
        "customers",
        Success(
            200,
            "What the functions have logged about the order so far.",
            trace_order.OrderTrace,
            ORDER_TRACE,
        ),
        problems=(404,),
        parameters=(ORDER_ID,),
    ),
    "GET /sandbox/orders/{order_id}/objects": Call(
        "locateEvents",
        "Get the objects of the event store that hold the events of an order (only with sandbox providers)",
        "customers",
        Success(200, "The objects so far.", locate_events.EventObjects, EVENT_OBJECTS),
        problems=(404,),
        parameters=(ORDER_ID,),
    ),
}
