"""The calls of customers, and the webhooks of the providers."""

from collections.abc import Mapping

from pydantic import BaseModel

import adjust_stock
import cancel_order
import create_live_ticket
import list_order_events
import list_orders
import list_products
import order_document
import place_order
import put_product
import receive_webhook
import request_return
import webhook_types
from contracts.generator import openapi_examples as examples
from contracts.generator.api_call import (
    IDEMPOTENCY_KEY,
    ORDER_ID,
    PAGE,
    Call,
    Success,
    idempotency_key,
    location,
    path,
    query,
)
from contracts.generator.wire_schema import Schema

RETURN_KEY = idempotency_key(
    "Identifies the return. A retry with the same key and body gets the same response and creates no second return."
)
SKU = path("sku", "The product's SKU. It must not be an order id.", "CUP-1", pattern="^[A-Z0-9-]{1,40}$")
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


SHOP_CALLS: dict[str, Call] = {
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
            idempotency_key(
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
            headers=location("The URL of the order, relative to this path.", f"orders/{examples.ORDER_ID}"),
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
            query(
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
            headers=location("The URL of the order, relative to this path.", f"../../orders/{examples.ORDER_ID}"),
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
    "POST /live/tickets": Call(
        "createLiveTicket",
        "Create a ticket for a WebSocket connection that reports changed orders",
        "customers",
        Success(
            201,
            "The URL to connect to. It works once. contracts/asyncapi.json describes the messages.",
            create_live_ticket.LiveTicket,
            examples.LIVE_TICKET,
        ),
    ),
}
