"""Restart stuck sagas (reconciliation job). Lambda entry point; a schedule invokes it every minute.

A message can get lost, a run can be stopped, and a function can time out between the decision and its consequences.
Another run of the saga recovers from all of these. If several runs do not help, the sweeper requests an operator's
attention. If an order waits for an operator, the sweeper sends the request to operations again, in case the event or
the execution that waits for the answer was lost. If an order awaits its payment, the sweeper starts a run only after
PAYMENT_TIMEOUT_SECONDS. That run asks the provider what became of the payment.
"""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

import fulfilment_run
import order_store
from kernel.client_limits import CLIENT_LIMITS
from kernel.cloud_event import CloudEvent
from kernel.observability import batch_item, cause, correlate, count, logger, tracer
from kernel.saga_run import SagaRun
from kernel.settings import setting
from kernel.timestamps import Timestamp, now, timestamp
from order import Order
from order_events import Status

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# The sweeper processes another order only if at least this time remains before the timeout of the function.
MIN_REMAINING_MILLISECONDS = 10_000


class SweepResult(StrEnum):
    """The result of sweeping one order."""

    LEFT_ALONE = "left_alone"
    WAITS_FOR_A_PERSON = "waits_for_a_person"
    WAITS_FOR_A_PERMIT = "waits_for_a_permit"
    RUN_AGAIN = "run_again"
    GIVEN_UP = "given_up"
    FAULT = "fault"


class SweepFault(Exception):
    """Sweeping some orders failed. The next sweep retries them."""


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Sweep the unsettled orders without activity for QUIET_SECONDS, oldest first, until the time is up.

    Returns:
        The number of orders for each result.

    Raises:
        SweepFault: Sweeping some orders failed. The log contains the errors.
    """
    quiet_since = timestamp(datetime.now(UTC) - _quiet())
    swept: Counter[SweepResult] = Counter()
    for order_id in order_store.unsettled(quiet_since):
        if context.get_remaining_time_in_millis() < MIN_REMAINING_MILLISECONDS:
            break
        with batch_item("order"):
            swept[_sweep_one(order_id, quiet_since)] += 1
    count("OrdersSweptAgain", swept[SweepResult.RUN_AGAIN])
    count("OrdersGivenUp", swept[SweepResult.GIVEN_UP])
    logger.info("swept the unsettled orders", extra={"swept": dict(swept)})
    if swept[SweepResult.FAULT]:
        raise SweepFault(f"{swept[SweepResult.FAULT]} orders could not be swept")
    return {done.value: orders for done, orders in swept.items()}


def _sweep_one(order_id: str, quiet_since: Timestamp) -> SweepResult:
    correlate(order_id)
    try:
        return sweep(order_id, quiet_since)
    except Exception:  # noqa: BLE001 (one order's failure does not stop the others)
        logger.exception("the order could not be swept")
        return SweepResult.FAULT


def sweep(order_id: str, quiet_since: Timestamp) -> SweepResult:
    """Start another run of the order if it had no activity since `quiet_since`, or request an operator's attention.

    The sweeper starts a run before it counts it. Therefore a failed start does not count, and two concurrent sweepers
    give their runs the same name. While the maximum number of sagas is running, the order waits for another quiet
    period.
    """
    stored = order_store.load(order_id)
    order, reconciliation = stored.order, stored.reconciliation
    if reconciliation is None or reconciliation.quiet_since > quiet_since:
        return SweepResult.LEFT_ALONE  # the index is stale: the order is settled, or another sweeper was faster
    last_event, events = order.events[-1], len(order.events)
    if (active_at := _last_activity(order)) > quiet_since:
        order_store.replace_reconciliation(order_id, reconciliation, reconciliation.postponed(active_at))
        return SweepResult.LEFT_ALONE
    if order.unanswered_requests:
        for request in order.unanswered_requests:
            _resend(request)
        order_store.replace_reconciliation(order_id, reconciliation, reconciliation.postponed(now()))
        return SweepResult.WAITS_FOR_A_PERSON
    if reconciliation.is_exhausted(events):
        order_store.request_attention(order_id, lambda order: order.request_attention(["Sweep"], cause(last_event.id)))
        return SweepResult.GIVEN_UP
    run = SagaRun(order_id=order_id, causation_id=last_event.id, run_id=f"{order_id}-sweep-{reconciliation.runs + 1}")
    if not fulfilment_run.start(run, stored):
        order_store.replace_reconciliation(order_id, reconciliation, reconciliation.postponed(now()))
        return SweepResult.WAITS_FOR_A_PERMIT
    counted = order_store.replace_reconciliation(
        order_id, reconciliation, reconciliation.after_run(events, datetime.now(UTC), _quiet())
    )
    return SweepResult.RUN_AGAIN if counted else SweepResult.LEFT_ALONE


def _last_activity(order: Order) -> Timestamp:
    """Return the last activity. An order that awaits its payment has the time that makes it due at the timeout."""
    last_event, since = order.events[-1].time, order.awaited_payment_since
    if since is None or order.status is not Status.AWAITING_PAYMENT:
        return last_event
    timeout = timedelta(seconds=int(setting("PAYMENT_TIMEOUT_SECONDS")))
    return max(last_event, timestamp(datetime.fromisoformat(since) + timeout - _quiet()))


def _resend(request: CloudEvent) -> None:
    """Send the event to the queue of attend_orders, which ignores it while an execution waits for the answer."""
    _sqs().send_message(QueueUrl=setting("ATTENTION_QUEUE_URL"), MessageBody=json.dumps(request.document()))


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


def _quiet() -> timedelta:
    return timedelta(seconds=int(setting("QUIET_SECONDS")))
