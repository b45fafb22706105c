"""List the operator's open tasks in the terminal, and submit decisions."""

import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.markup import escape

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.money import format_money
from tools.terminal.order_tracking import DEADLINE_SECONDS, OrderSnapshot, Snapshot, follow_order, sort_events
from tools.terminal.return_tracking import amount_in_no_return, follow_refund_of_lost_parcel, follow_return, snapshot_of
from tools.terminal.shop import Json, Shop

POLL_SECONDS = 0.5
NO_OPEN_TASKS = "There are no open tasks."
LOST_SHIPMENT = "lost_shipment"


def show_tasks(console: Console, shop: Shop) -> None:
    """Print the open tasks, and the command that submits a decision."""
    tasks = shop.tasks()
    if not tasks:
        console.print(NO_OPEN_TASKS)
        return
    for task in tasks:
        console.print(
            f"[bold]{escape(task['task_id'])}[/bold]\n"
            f"  {escape(describe(task))}, open since {task['opened_at'][:19]}Z\n"
            f"  decisions: {' or '.join(task['decisions'])}",
            soft_wrap=True,
        )
    console.print(f"\nTo submit a decision, for example: {example_command(tasks[0])}", soft_wrap=True)


def show_requested_task(console: Console, shop: Shop, snapshot: Snapshot) -> None:
    """Wait until the task of an order or a return is open, and print the command that submits a decision.

    Prints nothing if `snapshot`, the last one, does not wait for an operator.

    Raises:
        LocalCloudError: There is no such open task at the deadline.
    """
    if not snapshot.waits_for_operator:
        return
    order_id, return_id = snapshot.order_id, snapshot.return_id
    _wait_for_task(
        console,
        shop,
        order_id,
        lambda task: task.get("return_id") == return_id and task["kind"] != LOST_SHIPMENT,
        _subject(order_id, return_id),
    )


def show_task_of_lost_parcel(console: Console, shop: Shop, order_id: str) -> None:
    """Wait until the task of the order's lost parcel is open, and print the command that submits a decision.

    Raises:
        LocalCloudError: There is no such open task at the deadline.
    """
    subject = f"The lost parcel of order {order_id}"
    _wait_for_task(console, shop, order_id, lambda task: task["kind"] == LOST_SHIPMENT, subject)


def _wait_for_task(
    console: Console, shop: Shop, order_id: str, is_wanted: Callable[[Json], bool], subject: str
) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        for task in shop.tasks():
            if task["order_id"] == order_id and is_wanted(task):
                console.print(
                    f"\nWaiting for an operator: {escape(describe(task))}. To continue: {example_command(task)}",
                    soft_wrap=True,
                )
                return
        time.sleep(POLL_SECONDS)
    raise LocalCloudError(
        f"{subject} waits for an operator, but has no open task. Its history: make history ORDER={order_id}"
    )


def submit_decision(
    console: Console,
    shop: Shop,
    task_id: str | None,
    decision: str | None,
    comment: str | None,
    *,
    restock: bool = False,
) -> Iterator[Snapshot]:
    """Submit a decision for an open task.

    Args:
        console: Where to print.
        shop: The API, called by an operator.
        task_id: The task. None is enough if only one task is open.
        decision: One of the task's `decisions`.
        comment: Required for `resolve`.
        restock: Whether the items of an approved return go back in stock.

    Returns:
        Snapshots of the order or the return until the saga that the decision started has finished.

    Raises:
        LocalCloudError: There is no such open task, or the task does not accept the decision. The message contains a
            correct command.
    """
    tasks = {task["task_id"]: task for task in shop.tasks()}
    task = tasks.get(task_id or (next(iter(tasks)) if len(tasks) == 1 else ""))
    if task is None:
        raise LocalCloudError(_missing_task(task_id, list(tasks.values())))
    if decision is None or decision not in task["decisions"]:
        raise LocalCloudError(
            f"This task accepts {' or '.join(task['decisions'])}. For example: {example_command(task)}"
        )
    if decision == "resolve" and not comment:
        raise LocalCloudError(f"Describe what you did by hand: {example_command(task, 'resolve')}")
    if restock and (task["kind"], decision) != ("return", "approve"):
        raise LocalCloudError(
            f"RESTOCK=1 is only for the approval of a return. For example: {example_command(task, decision)}"
        )
    if task["kind"] == LOST_SHIPMENT:
        return _decide_lost_shipment(console, shop, task, decision, comment)
    order_id, return_id = task["order_id"], task.get("return_id")
    if return_id:
        seen = len(snapshot_of(shop, order_id, return_id).return_events)
    else:
        seen = len(OrderSnapshot(tuple(shop.events(order_id))).order_events)
    shop.resolve_task(task["task_id"], decision, comment, restock=restock)
    console.print(f"Decision recorded: {decision}. {_subject(order_id, return_id)} continues.")
    return (
        follow_return(shop, order_id, return_id, after=seen) if return_id else follow_order(shop, order_id, after=seen)
    )


def _decide_lost_shipment(
    console: Console, shop: Shop, task: Json, decision: str, comment: str | None
) -> Iterator[Snapshot]:
    order_id = task["order_id"]
    is_refunded = decision == "refund" and _is_owed(shop, order_id)
    shop.resolve_task(task["task_id"], decision, comment, restock=False)
    if is_refunded:
        console.print(f"Decision recorded: refund. The refund of order {order_id} follows.")
        return follow_refund_of_lost_parcel(shop, order_id)
    nothing = " Nothing is left to refund." if decision == "refund" else ""
    console.print(f"Decision recorded: {decision}. Order {order_id} does not change.{nothing}", soft_wrap=True)
    return iter([OrderSnapshot(tuple(sort_events(shop.events(order_id))))])


def _is_owed(shop: Shop, order_id: str) -> bool:
    """Return whether the customer paid an amount that is in no return.

    Raises:
        LocalCloudError: The order is not visible.
    """
    order = shop.order(order_id)
    if order is None:
        raise LocalCloudError(f"Order {order_id} is not visible. `make audit` shows what is missing.")
    return order["status"] not in ("REJECTED", "CANCELLED") and amount_in_no_return(order) > 0


def describe(task: Json) -> str:
    """Return a short description of the task."""
    if task["kind"] == LOST_SHIPMENT:
        return f"parcel {task['tracking_number']} of {task['carrier']}, lost"
    if "return_id" in task:
        return _describe_return(task)
    total = format_money(task["total"], task["currency"]) if "total" in task else "an order"
    steps = ", ".join(task.get("failed_steps", ()))
    return f"review of {total}" if task["kind"] == "review" else f"{total}, failed: {steps}"


def example_command(task: Json, decision: str | None = None) -> str:
    """Return a command that submits `decision`, by default the first one that the task accepts."""
    decision = decision or task["decisions"][0]
    comment = ' COMMENT="what was done"' if decision == "resolve" else ""
    restock = " RESTOCK=1" if (task["kind"], decision) == ("return", "approve") else ""
    return f"make decide TASK={task['task_id']} DECISION={decision}{comment}{restock}"


def _describe_return(task: Json) -> str:
    goods = ", ".join(f"{line['quantity']} {line['sku']}" for line in task["items"])
    # The return of a lost parcel has no items, because the customer has nothing to send back.
    subject = f"return of {goods}" if goods else "lost parcel"
    about = f"{subject}, refund of {format_money(task['refund_amount'], task['currency'])}"
    if task["kind"] == "return":
        return f"{about}, reason: {task['reason']}"
    return f"{about}, failed: {', '.join(task['failed_steps'])}"


def _subject(order_id: str, return_id: str | None) -> str:
    return f"Return {return_id} of order {order_id}" if return_id else f"Order {order_id}"


def _missing_task(task_id: str | None, open_tasks: list[Json]) -> str:
    problem = f"There is no open task {task_id}." if task_id else "Which task? Name it with TASK=."
    if open_tasks:
        return f"{problem} `make tasks` lists them. For example: {example_command(open_tasks[0])}"
    return f"{problem} {NO_OPEN_TASKS}" if task_id else NO_OPEN_TASKS
