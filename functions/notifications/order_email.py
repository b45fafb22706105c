"""Compose the e-mail about an order's decision, its parcel or its return, as plain text and as HTML. Pure."""

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from kernel.cloud_event import CloudEvent
from kernel.money import format_money

SUBJECTS = {
    "OrderConfirmed": "Your order is confirmed",
    "OrderRejected": "We could not accept your order",
    "OrderCancelled": "Your order is cancelled",
    "ShipmentDispatched": "Your parcel is on its way",
    "ShipmentDelivered": "Your parcel is delivered",
    "ReturnAccepted": "We accepted your return",
    "ReturnRefused": "We could not accept your return",
    "ReturnCompleted": "Your refund is on its way",
}
REASONS = {
    "OUT_OF_STOCK": "One of the products is out of stock.",
    "PAYMENT_DECLINED": "Your card was declined. Please order again with another card.",
    "UNKNOWN_PAYMENT_METHOD": "Our payment provider does not know this card. Please order again with another card.",
    "ADDRESS_REFUSED": "Our carrier does not deliver to your address. Please order again with another address.",
    "PAYMENT_EXPIRED": "You did not confirm the payment at your bank in time. Please order again.",
    "PAYMENT_UNAVAILABLE": "Our payment provider did not respond. Please order again later.",
    "SHIPPING_UNAVAILABLE": "Our carrier did not respond. Please order again later.",
    "TOO_MANY_WAITING": "Too many of your orders are waiting for a review or a payment. Please order again later.",
    "REVIEW_REJECTED": "We review large orders, and could not accept this one.",
    "REVIEW_TIMED_OUT": "We review large orders, and did not review this one in time. Please order again.",
    "REJECTED_BY_OPERATOR": "Something went wrong on our side, and we could not fix it. We are sorry.",
}
RETURNS = {name for name in SUBJECTS if name.startswith("Return")}
NOT_CHARGED = "We did not charge your card, and we release any amount that is held on it."
EXPLANATIONS = {
    "OrderConfirmed": "Thank you for your order. We charge your card now and ship your order soon.",
    "OrderCancelled": NOT_CHARGED,
    "ShipmentDelivered": "If you did not get it, please contact us.",
    "ReturnAccepted": "We refund the price of the items below to your card.",
    "ReturnRefused": "We do not refund the items below. The order shows why. You can contact us about it.",
    "ReturnCompleted": "We refunded the price of the items below. It can take a few days until you see the money.",
}
LOST_PARCEL_SUBJECTS = {"ReturnAccepted": "Your parcel is lost, and we refund it"}
LOST_PARCEL_EXPLANATIONS = {
    "ReturnAccepted": "Our carrier could not find your parcel. We are sorry, and refund its price to your card.",
    "ReturnCompleted": "We refunded your lost parcel. It can take a few days until you see the money.",
}


class OrderEmail(NamedTuple):
    subject: str
    text: str
    html: str


def compose_email(event: CloudEvent, ordered: Mapping[str, Any]) -> OrderEmail:
    """Return the e-mail about `event`.

    Args:
        event: The decision of the order, or an event of its shipment or of a return.
        ordered: The ordered products from the order view: `items`, `total` and `currency`.
    """
    subject, explanation, currency = _subject(event), _explanation(event), ordered["currency"]
    rows = [
        (
            f"{item['quantity']} x {_on_one_line(item['name'])}",
            format_money(item["quantity"] * item["unit_price"], currency),
        )
        for item in _items(event, ordered)
    ]
    if event.type in RETURNS:
        refund = 0 if event.type == "ReturnRefused" else event.data["refund_amount"]
        rows.append(("Refund", format_money(refund, currency)))
    else:
        rows.append(("Total", format_money(ordered["total"], currency)))
    return OrderEmail(
        subject=subject,
        text=_text(f"{subject}.", explanation, rows, event.subject),
        html=_html(f"{subject}.", explanation, rows, event.subject),
    )


def _items(event: CloudEvent, ordered: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the products that the e-mail lists, with their names: of the return, or of the whole order."""
    if event.type not in RETURNS:
        return list(ordered["items"])
    names = {item["sku"]: item["name"] for item in ordered["items"]}
    return [{**item, "name": names.get(item["sku"], item["sku"])} for item in event.data["items"]]


def _subject(event: CloudEvent) -> str:
    return (
        LOST_PARCEL_SUBJECTS.get(event.type, SUBJECTS[event.type]) if _is_lost_parcel(event) else SUBJECTS[event.type]
    )


def _explanation(event: CloudEvent) -> str:
    if event.type == "ShipmentDispatched":
        return f"{event.data['carrier']} delivers it. The tracking number is {event.data['tracking_number']}."
    if _is_lost_parcel(event):
        return LOST_PARCEL_EXPLANATIONS[event.type]
    if event.type in EXPLANATIONS:
        return EXPLANATIONS[event.type]
    return f"{REASONS.get(event.data.get('reason', ''), 'Please order again later, or contact us.')} {NOT_CHARGED}"


def _is_lost_parcel(event: CloudEvent) -> bool:
    """Return whether the event is about the refund of a lost parcel, which is a return without items."""
    return event.type in RETURNS and not event.data["items"]


def _on_one_line(name: str) -> str:
    """Return the name without line breaks, which could forge a line of the e-mail. Older products can contain them."""
    return " ".join(name.split())


def _text(title: str, explanation: str, rows: list[tuple[str, str]], order_id: str) -> str:
    lines = [f"  {label}: {amount}" for label, amount in rows]
    return "\n".join([title, "", explanation, "", *lines, "", f"Order {order_id}", ""])


def _html(title: str, explanation: str, rows: list[tuple[str, str]], order_id: str) -> str:
    lines = "".join(
        f'<tr><td>{escape(label)}</td><td style="text-align:right;padding-left:2em">{escape(amount)}</td></tr>'
        for label, amount in rows
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>"
        '<body style="font-family:sans-serif;line-height:1.5">'
        f"<h1>{escape(title)}</h1><p>{escape(explanation)}</p>"
        f"<table>{lines}</table><p>Order {escape(order_id)}</p></body></html>"
    )
