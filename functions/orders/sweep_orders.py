"""Run the orders again that ought to be settled by now, and are not. Every minute, by a schedule.

A message may be lost, a run stopped, a function killed between the decision and what follows from it. Running the
saga again makes all of that good; where it does not, a person is asked. An order that waits for a person has its
event sent to operations again, in case the event or the wait for the decision was lost.
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
from fulfilment_run import Run
from kernel.client_limits import CLIENT_LIMITS
from kernel.cloud_event import CloudEvent
from kernel.observability import batch_item, cause, correlate, count, logger, tracer
from kernel.settings import setting
from kernel.timestamps import Timestamp, now, timestamp

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# Start no other order in the last seconds of the function.
MIN_REMAINING_MILLISECONDS = 10_000


class SweepResult(StrEnum):
    """What the sweeper did with an order that the index told of."""

    LEFT_ALONE = "left_alone"
    WAITS_FOR_A_PERSON = "waits_for_a_person"
    RUN_AGAIN = "run_again"
    GIVEN_UP = "given_up"
    FAULT = "fault"


class SweepFault(Exception):
    """Some orders could not be swept. The others are; and these come again with the next sweep."""


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Sweep the orders that have been quiet for QUIET_SECONDS, the quietest first, as many as there is time for.

    Returns:
        How many orders were dealt with in which way.

    Raises:
        SweepFault: some orders met a fault, which is in the log.
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
    except Exception:  # noqa: BLE001 (one order holds up no other)
        logger.exception("the order could not be swept")
        return SweepResult.FAULT


def sweep(order_id: str, quiet_since: Timestamp) -> SweepResult:
    """Run the order again, if nothing has happened to it since `quiet_since`; ask for a person if that has not helped.

    The run starts before it is counted: one that cannot be started does not count, and two sweepers at once
    start the same one.
    """
    stored = order_store.load(order_id)
    order, reconciliation = stored.order, stored.reconciliation
    if reconciliation is None or reconciliation.quiet_since > quiet_since:
        return SweepResult.LEFT_ALONE  # the index is behind: the order is settled, or swept by another
    last_event, events = order.events[-1], len(order.events)
    if last_event.time > quiet_since:
        order_store.replace_reconciliation(order_id, reconciliation, reconciliation.postponed(last_event.time))
        return SweepResult.LEFT_ALONE
    if order.unanswered_requests:
        for question in order.unanswered_requests:
            _request_decision_again(question)
        order_store.replace_reconciliation(order_id, reconciliation, reconciliation.postponed(now()))
        return SweepResult.WAITS_FOR_A_PERSON
    if reconciliation.is_exhausted(events):
        order_store.request_attention(order_id, lambda order: order.request_attention(["Sweep"], cause(last_event.id)))
        return SweepResult.GIVEN_UP
    run = Run(order_id=order_id, causation_id=last_event.id, run_id=f"{order_id}-sweep-{reconciliation.runs + 1}")
    fulfilment_run.start(run, stored)
    counted = order_store.replace_reconciliation(
        order_id, reconciliation, reconciliation.run_again(events, datetime.now(UTC), _quiet())
    )
    return SweepResult.RUN_AGAIN if counted else SweepResult.LEFT_ALONE


def _request_decision_again(question: CloudEvent) -> None:
    """Send the event that asks for a person to the queue of attend_orders, which acts unless a wait is running."""
    _sqs().send_message(QueueUrl=setting("ATTENTION_QUEUE_URL"), MessageBody=json.dumps(question.document()))


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


def _quiet() -> timedelta:
    return timedelta(seconds=int(setting("QUIET_SECONDS")))
