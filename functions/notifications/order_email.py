"""What a customer is told of an order, as a plain text and as HTML. Pure."""

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from kernel.cloud_event import CloudEvent
from kernel.money import format_money

SUBJECTS = {
    "OrderConfirmed": "Your order is confirmed",
    "OrderRejected": "We could not accept your order",
    "OrderCancelled": "Your order is cancelled",
}
REASONS = {
    "OUT_OF_STOCK": "There is not enough in stock.",
    "PAYMENT_DECLINED": "Your card was declined.",
    "UNKNOWN_PAYMENT_METHOD": "Our payment provider does not know your payment method.",
    "ADDRESS_REFUSED": "Our carrier does not deliver to your address.",
    "TOO_MANY_WAITING": "Too many of your orders wait for a review. Order again when one of them is decided.",
    "REVIEW_REJECTED": "We look at large orders ourselves, and decided not to accept this one.",
    "REVIEW_TIMED_OUT": "We look at large orders ourselves, and did not come round to this one in time.",
    "REJECTED_BY_OPERATOR": "Something went wrong on our side that we could not mend.",
}
NOT_CHARGED = "Nothing is charged. Money that was held on your card is free again."


class OrderEmail(NamedTuple):
    subject: str
    text: str
    html: str


def compose_email(event: CloudEvent, ordered: Mapping[str, Any]) -> OrderEmail:
    """Return the letter about `event`.

    Args:
        ordered: what was ordered, as the view has it: `items`, `total`, `currency`.
    """
    news, explanation, currency = SUBJECTS[event.type], _explanation(event), ordered["currency"]
    rows = [
        (
            f"{item['quantity']} x {_on_one_line(item['name'])}",
            format_money(item["quantity"] * item["unit_price"], currency),
        )
        for item in ordered["items"]
    ]
    rows.append(("Total", format_money(ordered["total"], currency)))
    return OrderEmail(
        subject=news,
        text=_text(f"{news}.", explanation, rows, event.subject),
        html=_html(f"{news}.", explanation, rows, event.subject),
    )


def _explanation(event: CloudEvent) -> str:
    if event.type == "OrderConfirmed":
        return "Thank you. We take the money now, and the parcel is on its way soon."
    if event.type == "OrderCancelled":
        return NOT_CHARGED
    return f"{REASONS.get(event.data.get('reason', ''), 'Please try again later, or ask us why.')} {NOT_CHARGED}"


def _on_one_line(name: str) -> str:
    """Return the name without line breaks, which older products may have: they would forge a line of the letter."""
    return " ".join(name.split())


def _text(news: str, explanation: str, rows: list[tuple[str, str]], order_id: str) -> str:
    lines = [f"  {what}: {amount}" for what, amount in rows]
    return "\n".join([news, "", explanation, "", *lines, "", f"Order {order_id}", ""])


def _html(news: str, explanation: str, rows: list[tuple[str, str]], order_id: str) -> str:
    lines = "".join(
        f'<tr><td>{escape(what)}</td><td style="text-align:right;padding-left:2em">{escape(amount)}</td></tr>'
        for what, amount in rows
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(news)}</title></head>"
        '<body style="font-family:sans-serif;line-height:1.5">'
        f"<h1>{escape(news)}</h1><p>{escape(explanation)}</p>"
        f"<table>{lines}</table><p>Order {escape(order_id)}</p></body></html>"
    )
