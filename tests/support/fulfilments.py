"""The test inputs of the sandbox providers, and the end state of an order for each of them."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

from tests.support.saga_run import REVIEW_THRESHOLD, invoke_handler
from tests.support.shop_on_moto import ShopOnMoto

STOCK, PRICE = 5, 1500


class Situation(NamedTuple):
    """An order's inputs: payment method, postal code, quantity and price. Its product has `STOCK` pieces."""

    name: str
    payment_method: str = "pm_card_visa"
    postal_code: str = "12345"
    quantity: int = 2
    unit_price: int = PRICE

    def place(self, shop: ShopOnMoto) -> "PlacedOrder":
        sku = shop.product(stock=STOCK, unit_price=self.unit_price)
        order_id = shop.place((sku, self.quantity), payment_method=self.payment_method, postal_code=self.postal_code)
        return PlacedOrder(shop, order_id, sku)


class End(NamedTuple):
    """The state of an order, in all services and at the providers."""

    status: str
    reason: str | None
    available: int
    money: tuple[str, int]
    carrier: str
    settled: bool
    event_types: tuple[str, ...]


class PlacedOrder(NamedTuple):
    shop: ShopOnMoto
    order_id: str
    sku: str

    def end(self) -> End:
        """Return the current state of the order, read from the services' tables."""
        stored = import_module("order_store").load(self.order_id).order
        return End(
            status=stored.status,
            reason=stored.reason,
            available=self.shop.available(self.sku),
            money=self.shop.money_at_gateway(self.order_id),
            carrier=self.shop.booked_at_carrier(self.order_id),
            settled=stored.settled,
            event_types=tuple(sorted(event.type for event in self.events())),
        )

    def events(self) -> Iterator[Any]:
        """Yield every event of the order."""
        yield from import_module("order_store").load(self.order_id).order.events
        for state in (
            import_module("reservation_store").reservations().load(self.order_id),
            import_module("payment_store").payments().load(self.order_id),
            import_module("shipment_store").shipments().load(self.order_id),
        ):
            yield from state.events if state else ()

    def input(self) -> dict[str, Any]:
        """Return the input of a run that starts now."""
        return self.shop.saga_input(self.order_id)


class FaultsAfterItsWrite:
    """Invokes steps, and raises after call number `call`: the step has written, but the saga sees a fault."""

    def __init__(self, call: int) -> None:
        self.calls_left = call

    def __call__(self, step: str, payload: dict[str, Any]) -> dict[str, Any]:
        outcome = invoke_handler(step, payload)
        self.calls_left -= 1
        if self.calls_left == 0:
            raise TimeoutError(step)
        return outcome


_FORWARD = ("OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed")


def _end(
    status: str,
    reason: str | None,
    *event_types: str,
    sold: int = 0,
    money: tuple[str, int] = ("NOTHING", 0),
    carrier: str = "NOTHING",
    settled: bool = True,
) -> End:
    return End(status, reason, STOCK - sold, money, carrier, settled, tuple(sorted(event_types)))


_CAPTURED = ("CAPTURED", 2 * PRICE)
_VOIDED = ("VOIDED", 0)
_HELD = ("HELD", 2 * PRICE)
_CONFIRMED = _end("CONFIRMED", None, *_FORWARD, "PaymentCaptured", sold=2, money=_CAPTURED, carrier="BOOKED")
_REJECTED_AT_PAYMENT = ("OrderPlaced", "StockReserved", "OrderRejected", "StockReleased")

ENDS: dict[Situation, End] = {
    Situation("everything works"): _CONFIRMED,
    Situation("the gateway faults twice", "pm_gateway_flaky"): _CONFIRMED,
    Situation("capturing faults twice", "pm_capture_flaky"): _CONFIRMED,
    Situation("too few in stock", quantity=6): _end(
        "REJECTED", "OUT_OF_STOCK", "OrderPlaced", "StockReservationRejected", "OrderRejected"
    ),
    Situation("the card is declined", "pm_card_declined"): _end(
        "REJECTED", "PAYMENT_DECLINED", *_REJECTED_AT_PAYMENT, "PaymentDeclined"
    ),
    Situation("the gateway does not know the card", "pm_card_foo"): _end(
        "REJECTED", "UNKNOWN_PAYMENT_METHOD", *_REJECTED_AT_PAYMENT, "PaymentDeclined"
    ),
    Situation("the gateway is down", "pm_gateway_down"): _end(
        "REJECTED", "PAYMENT_UNAVAILABLE", *_REJECTED_AT_PAYMENT, "PaymentVoided", money=_VOIDED
    ),
    Situation("the carrier refuses", postal_code="00000"): _end(
        "REJECTED",
        "ADDRESS_REFUSED",
        *_REJECTED_AT_PAYMENT,
        "PaymentAuthorized",
        "PaymentVoided",
        "ShipmentRefused",
        money=_VOIDED,
    ),
    Situation("the carrier is down", postal_code="99999"): _end(
        "REJECTED",
        "SHIPPING_UNAVAILABLE",
        *_REJECTED_AT_PAYMENT,
        "PaymentAuthorized",
        "PaymentVoided",
        "ShipmentCancelled",
        money=_VOIDED,
        carrier="CANCELLED",
    ),
    Situation("a person must review it", unit_price=REVIEW_THRESHOLD // 2): _end(
        "IN_REVIEW",
        None,
        "OrderPlaced",
        "StockReserved",
        "PaymentAuthorized",
        "OrderReviewRequested",
        sold=2,
        money=("HELD", REVIEW_THRESHOLD),
        settled=False,
    ),
    Situation("the customer must confirm the payment", "pm_requires_action"): _end(
        "AWAITING_PAYMENT",
        None,
        "OrderPlaced",
        "StockReserved",
        "PaymentActionRequired",
        "OrderAwaitingPayment",
        sold=2,
        money=("PENDING", 2 * PRICE),
        settled=False,
    ),
    Situation("capturing is down", "pm_capture_down"): _end(
        "NEEDS_ATTENTION",
        None,
        *_FORWARD,
        "OrderNeedsAttention",
        sold=2,
        money=_HELD,
        carrier="BOOKED",
        settled=False,
    ),
    Situation("voiding is down", "pm_void_down", postal_code="00000"): _end(
        "NEEDS_ATTENTION",
        "ADDRESS_REFUSED",
        *_REJECTED_AT_PAYMENT,
        "PaymentAuthorized",
        "ShipmentRefused",
        "OrderNeedsAttention",
        money=_HELD,
        settled=False,
    ),
}
