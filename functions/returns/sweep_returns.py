"""Restart stuck refunds (reconciliation job). Lambda entry point; a schedule invokes it every minute.

It does for returns what sweep_orders does for orders: another run recovers from a lost message or a stopped run, and an
operator helps if several runs do not. If a return waits for an operator, its event is sent to operations again.
"""

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

import refund_run
from kernel.client_limits import CLIENT_LIMITS
from kernel.observability import batch_item, cause, correlate, count, logger, tracer
from kernel.settings import setting
from kernel.timestamps import Timestamp, timestamp
from order_returns import OrderReturns
from refund_run import RefundRun
from return_store import load, returns, unsettled

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_RUNS_WITHOUT_EVENT = 3
# The sweeper processes another order only if at least this time remains before the timeout of the function.
MIN_REMAINING_MILLISECONDS = 10_000


class SweepFault(Exception):
    """Sweeping some returns failed. The next sweep retries them."""


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(_event: dict[str, Any], context: Any) -> None:
    """Sweep the unsettled returns without activity for QUIET_SECONDS, oldest first, until the time is up.

    Raises:
        SweepFault: Sweeping some returns failed. The log contains the errors.
    """
    quiet_since = timestamp(datetime.now(UTC) - _quiet())
    faults = 0
    for order_id in unsettled(quiet_since):
        if context.get_remaining_time_in_millis() < MIN_REMAINING_MILLISECONDS:
            break
        with batch_item("returns"):
            correlate(order_id)
            try:
                sweep(order_id, quiet_since)
            except Exception:  # noqa: BLE001 (one order's failure does not stop the others)
                logger.exception("the returns of the order could not be swept")
                faults += 1
    if faults:
        raise SweepFault(f"the returns of {faults} orders could not be swept")


def sweep(order_id: str, quiet_since: Timestamp) -> None:
    """Send the requests to operators again, and start a run for each accepted return.

    Increments the number of runs after it started them. If it fails in between, the next sweep starts the same runs.
    The delay doubles after each run without an event, to avoid more load on an overloaded system.
    """
    state = load(order_id)
    if state.unsettled_since is None or state.unsettled_since > quiet_since:
        return  # the index is stale: the returns are settled, or another sweeper was faster
    for event in state.unanswered_requests:
        _sqs().send_message(QueueUrl=setting("ATTENTION_QUEUE_URL"), MessageBody=json.dumps(event.document()))
    runs = state.runs_without_event + 1 if state.due_refunds else state.runs_without_event
    if runs > MAX_RUNS_WITHOUT_EVENT:
        returns().update(state, lambda current: _request_attention(current) if current is state else current)
        return
    for accepted in state.due_refunds:
        run_id = f"{accepted.return_id}-{len(state.events)}-sweep-{runs}"
        run = RefundRun(
            order_id=order_id, return_id=accepted.return_id, causation_id=state.events[-1].id, run_id=run_id
        )
        refund_run.start(run, state)
        count("RefundsSweptAgain")
    due = timestamp(datetime.now(UTC) + _quiet() * (2 ** max(0, runs - 1) - 1))
    returns().update(
        state, lambda current: current.postponed(due, runs_without_event=runs) if current is state else current
    )


def _request_attention(state: OrderReturns) -> OrderReturns:
    for due in state.due_refunds:
        state = state.request_attention(due.return_id, ["Sweep"], cause(state.events[-1].id))
    return state


def _quiet() -> timedelta:
    return timedelta(seconds=int(setting("QUIET_SECONDS")))
