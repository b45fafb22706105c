"""Lambda entry point: record what the payment provider's webhooks say. A webhook can be early, late or repeated."""

from pydantic import BaseModel, ConfigDict

from kernel.observability import cause, correlate, count, logger
from kernel.provider_webhook import ProviderWebhook
from kernel.queue_consumer import Unprocessable, message_consumer
from payment import DeclinedPayment, IntendedPayment, Payment, PendingPayment, UndonePayment, VoidingPayment
from payment_store import payments
from void_payment import void_late_authorization

AUTHORIZED, FAILED = "payment.authorized", "payment.failed"


class PaymentNotPending(Exception):
    """The webhook came before the step recorded that the payment is pending. The queue delivers it again."""


class PaymentResult(BaseModel):
    """The data of a payment webhook. `reason` says why the payment failed.

    If the provider does not name the authorization, the id of the webhook is stored instead.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    order_id: str
    amount: int
    currency: str
    authorization_id: str | None = None
    reason: str | None = None


def record_result(webhook: ProviderWebhook) -> None:
    """Record the result of a pending payment. The event starts the next run of the saga.

    If the amount differs from the requested one, nothing changes, and an alarm notifies an operator. If the payment is
    already declined or compensated, a late authorization is voided at the provider.

    Raises:
        PaymentNotPending: The payment is not recorded as pending yet.
        GatewayUnavailable: The provider did not answer.
        Unprocessable: The type of the webhook is not about the result of a payment.
    """
    if webhook.type not in (AUTHORIZED, FAILED):
        raise Unprocessable(f"no payment has a webhook of the type {webhook.type}")
    result = PaymentResult.model_validate(webhook.data)
    correlate(result.order_id)

    def record(payment: Payment | None) -> Payment:
        if payment is None or isinstance(payment, IntendedPayment):
            raise PaymentNotPending(f"order {result.order_id}: {payment.status if payment else 'no payment'}")
        if not isinstance(payment, PendingPayment) or not _matches(payment, result):
            return payment
        caused_by = cause(payment.events[-1].id)
        if webhook.type == AUTHORIZED:
            authorization_id = result.authorization_id or webhook.webhook_id
            return payment.record_authorization(authorization_id, caused_by, decided_by="webhook")
        return payment.record_decline(result.reason or "FAILED", caused_by, decided_by="webhook")

    payment = payments().change(result.order_id, record)
    if isinstance(payment, PendingPayment):
        logger.error("the amount of the webhook differs from the payment", extra={"webhook": webhook.webhook_id})
        count("WebhookAmountMismatch")
    elif webhook.type == AUTHORIZED and isinstance(payment, DeclinedPayment | VoidingPayment | UndonePayment):
        void_late_authorization(payment)
        logger.warning("voided a late authorization", extra={"webhook": webhook.webhook_id})


def _matches(payment: PendingPayment, result: PaymentResult) -> bool:
    return (payment.amount.amount, payment.amount.currency) == (result.amount, result.currency)


handler = message_consumer(ProviderWebhook.model_validate_json, record_result)
