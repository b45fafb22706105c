"""Show and decide, in the terminal, what waits for a person."""

import time
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.journey import Sight, follow
from tools.terminal.money import format_money
from tools.terminal.shop import Json, Shop

# The wait for a person begins a moment after the order asks for one.
DEADLINE_SECONDS = 300
LOOK_AGAIN_SECONDS = 0.5
NOTHING = "Nothing waits for a person."


def show_tasks(console: Console, shop: Shop) -> None:
    """Print the open tasks, and how to decide them."""
    tasks = shop.tasks()
    if not tasks:
        console.print(NOTHING)
        return
    for task in tasks:
        console.print(
            f"[bold]{escape(task['task_id'])}[/bold]\n"
            f"  {escape(about(task))}, since {task['opened_at'][:19]}Z\n"
            f"  takes {' or '.join(task['decisions'])}",
            soft_wrap=True,
        )
    console.print(f"\nDecide one of them: {example(tasks[0])}", soft_wrap=True)


def show_task_of(console: Console, shop: Shop, order_id: str, deadline_seconds: float = DEADLINE_SECONDS) -> None:
    """Wait until the order's task is open, and print how to decide it.

    Raises:
        LocalCloudError: it is not open at the deadline.
    """
    deadline = time.monotonic() + deadline_seconds
    while time.monotonic() < deadline:
        for task in shop.tasks():
            if task["order_id"] == order_id:
                console.print(f"\nIt waits for a person, {escape(about(task))}: {example(task)}", soft_wrap=True)
                return
        time.sleep(LOOK_AGAIN_SECONDS)
    raise LocalCloudError(
        f"The order {order_id} waits for a person, but has no open task: make history ORDER={order_id}"
    )


def decide(
    console: Console, shop: Shop, task_id: str | None, decision: str | None, comment: str | None
) -> Iterator[Sight]:
    """Decide a task; the only one that is open needs no name.

    Returns: the order's journey, up to what comes of the decision.

    Raises:
        LocalCloudError: there is no such open task, or it takes no such decision; the message says what to type.
    """
    tasks = {task["task_id"]: task for task in shop.tasks()}
    task = tasks.get(task_id or (next(iter(tasks)) if len(tasks) == 1 else ""))
    if task is None:
        way_on = f"`make tasks` lists them. For example: {example(next(iter(tasks.values())))}" if tasks else NOTHING
        raise LocalCloudError(f"{_named(task_id)} {way_on}")
    if decision is None or decision not in task["decisions"]:
        raise LocalCloudError(f"This task takes {' or '.join(task['decisions'])}. For example: {example(task)}")
    if decision == "resolve" and not comment:
        raise LocalCloudError(f"Say what was done by hand: {example(task, 'resolve')}")
    seen = len(Sight(tuple(shop.events(task["order_id"]))).events_of_order)
    shop.decide_task(task["task_id"], decision, comment)
    console.print(f"Decided: {decision}. The order {task['order_id']} goes on.")
    return follow(shop, task["order_id"], after=seen)


def about(task: Json) -> str:
    """What a task is about, in a few words."""
    total = format_money(task["total"], task["currency"]) if "total" in task else "an order"
    steps = ", ".join(task.get("failed_steps", ()))
    return f"review of {total}" if task["kind"] == "review" else f"{total}, failed: {steps}"


def example(task: Json, decision: str | None = None) -> str:
    """A command that decides the task."""
    decision = decision or task["decisions"][0]
    comment = ' COMMENT="what was done"' if decision == "resolve" else ""
    return f"make decide TASK={task['task_id']} DECISION={decision}{comment}"


def _named(task_id: str | None) -> str:
    return f"There is no open task {task_id}." if task_id else "Which task? Name it by TASK=."
