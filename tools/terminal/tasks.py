"""List the operator's open tasks in the terminal, and submit decisions."""

import time
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.money import format_money
from tools.terminal.order_tracking import OrderSnapshot, follow_order
from tools.terminal.shop import Json, Shop

# A task opens shortly after the order's event that requests it.
DEADLINE_SECONDS = 300
POLL_SECONDS = 0.5
NO_OPEN_TASKS = "There are no open tasks."


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


def show_order_task(console: Console, shop: Shop, order_id: str, deadline_seconds: float = DEADLINE_SECONDS) -> None:
    """Wait until the order's task is open, and print the command that submits a decision.

    Raises:
        LocalCloudError: The order has no open task at the deadline.
    """
    deadline = time.monotonic() + deadline_seconds
    while time.monotonic() < deadline:
        for task in shop.tasks():
            if task["order_id"] == order_id:
                console.print(
                    f"\nWaiting for an operator: {escape(describe(task))}. To continue: {example_command(task)}",
                    soft_wrap=True,
                )
                return
        time.sleep(POLL_SECONDS)
    raise LocalCloudError(
        f"Order {order_id} waits for an operator, but has no open task. Its history: make history ORDER={order_id}"
    )


def submit_decision(
    console: Console, shop: Shop, task_id: str | None, decision: str | None, comment: str | None
) -> Iterator[OrderSnapshot]:
    """Submit a decision for an open task.

    Args:
        console: Where to print.
        shop: The API, called by an operator.
        task_id: The task. None is enough if only one task is open.
        decision: One of the task's `decisions`.
        comment: Required for `resolve`.

    Returns:
        Snapshots of the order until the saga that the decision started has finished.

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
    seen = len(OrderSnapshot(tuple(shop.events(task["order_id"]))).order_events)
    shop.resolve_task(task["task_id"], decision, comment)
    console.print(f"Decision recorded: {decision}. Order {task['order_id']} continues.")
    return follow_order(shop, task["order_id"], after=seen)


def describe(task: Json) -> str:
    """Return a short description of the task."""
    total = format_money(task["total"], task["currency"]) if "total" in task else "an order"
    steps = ", ".join(task.get("failed_steps", ()))
    return f"review of {total}" if task["kind"] == "review" else f"{total}, failed: {steps}"


def example_command(task: Json, decision: str | None = None) -> str:
    """Return a command that submits `decision`, by default the first one that the task accepts."""
    decision = decision or task["decisions"][0]
    comment = ' COMMENT="what was done"' if decision == "resolve" else ""
    return f"make decide TASK={task['task_id']} DECISION={decision}{comment}"


def _missing_task(task_id: str | None, open_tasks: list[Json]) -> str:
    problem = f"There is no open task {task_id}." if task_id else "Which task? Name it with TASK=."
    if open_tasks:
        return f"{problem} `make tasks` lists them. For example: {example_command(open_tasks[0])}"
    return f"{problem} {NO_OPEN_TASKS}" if task_id else NO_OPEN_TASKS
