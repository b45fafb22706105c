"""The commands behind `make`: `python -m tools.terminal COMMAND`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from rich.console import Console

from tools.deployment import build_web, sam_local
from tools.event_store import stored_objects
from tools.local_cloud import container_gateway, up
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, port
from tools.local_cloud.reachability import running_stack
from tools.local_cloud.sign_in import shop_as
from tools.local_cloud.stack import Stack
from tools.terminal import (
    dead_letters,
    logs,
    order_timeline,
    order_tracking,
    rebuild,
    return_tracking,
    run_query,
    saga_history,
    saga_times,
    sandbox_providers,
    show_order,
    status,
    tasks,
)
from tools.terminal.console import SafeConsole, reports_errors
from tools.terminal.next_steps import next_steps
from tools.terminal.options import add_options
from tools.terminal.progress import Steps
from tools.terminal.shop import Shop

INTERRUPTED = 130
# What the user of an interrupted command should know. Other commands only read.
_SENT = "The request may have been accepted already. Look before you repeat it:"
INTERRUPT_ADVICE = {
    "up": "Interrupted. To continue: make up",
    "down": "Interrupted. To stop the rest: make down",
    "order": f"Interrupted. {_SENT} make show",
    "pay": f"Interrupted. {_SENT} make show",
    "ship": f"Interrupted. {_SENT} make show",
    "decide": f"Interrupted. {_SENT} make tasks",
    "return": f"Interrupted. {_SENT} make show",
    "redrive": "Interrupted. What was sent stays redriven. To see the rest: make dead-letters",
    "rebuild": "Interrupted. The rebuild continues.",
    "measure-sagas": "Interrupted. Nothing is saved. To measure again: make measure-sagas",
    "web": "Stopped.",
    "sam-local": "Stopped.",
}


@reports_errors
def run(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Run a command, and return the exit status."""
    console = SafeConsole(highlight=False, soft_wrap=True)
    options = argparse.Namespace(command=None)
    try:
        options = _parser().parse_args(arguments)
        command: Callable[[Console, LocalCloud, argparse.Namespace], int] = options.run
        return command(console, LocalCloud.of_developer(), options)
    except KeyboardInterrupt:
        console.print(f"\n{INTERRUPT_ADVICE.get(options.command, 'Interrupted.')}")
        return INTERRUPTED


def _up(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    stack = up.bring_up(cloud, Steps(console))
    end = _place_and_show(console, stack, options)
    console.print(next_steps(stack), soft_wrap=True)
    if end != "CONFIRMED":
        console.print(f"\n[red]The order should be CONFIRMED, but it is {end}.[/red] `make logs` may show the cause.")
        return 1
    return 0


def _down(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    if up.take_down(cloud):
        console.print("Stopped. The local cloud ran in memory, so its orders, users and files are deleted.")
    else:
        console.print("Nothing to stop: this checkout had started nothing.")
    return 0


def _web(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    running_stack(cloud)
    console.print("Serving the web page with hot reload. It calls the API that `make up` started. Stop with Ctrl-C.")
    return build_web.serve_with_hot_reload(cloud.web_url, cloud.root)


def _status(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    return 0 if status.show(console, cloud) else 1


def _logs(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    running_stack(cloud)
    try:
        logs.show(console, Aws(cloud.emulator_url), options.function, follow=console.is_terminal)
    except KeyboardInterrupt:
        console.print()
    return 0


def _order(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    _place_and_show(console, running_stack(cloud), options)
    return 0


def _pay(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    with _reader_shop(running_stack(cloud), options.order) as shop:
        order = show_order.find(shop, options.order)
        end = sandbox_providers.pay_and_show(console, shop, order, decline=options.decline)
    with _operator_shop(cloud) as operator_shop:
        tasks.show_requested_task(console, operator_shop, end)
    return 0


def _ship(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    movement = sandbox_providers.movement_of(deliver=options.deliver, lost=options.lost)
    with _reader_shop(running_stack(cloud), options.order) as shop:
        order = show_order.find(shop, options.order)
        needs_decision = sandbox_providers.ship_and_show(console, shop, order, movement)
    if needs_decision:
        with _operator_shop(cloud) as operator_shop:
            tasks.show_task_of_lost_parcel(console, operator_shop, order["order_id"])
    return 0


def _show(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    with _reader_shop(running_stack(cloud), options.order) as shop:
        show_order.show(console, shop, options.order, options.as_of)
    return 0


def _history(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    stack = running_stack(cloud)
    with _reader_shop(stack, options.order) as shop:
        order = show_order.find(shop, options.order)
    saga_history.show(console, Aws(cloud.emulator_url), stack, order)
    if order["status"] == "AWAITING_PAYMENT":
        console.print(f"\n{order_tracking.payment_hint(order['order_id'])}", soft_wrap=True)
    return 0


def _measure_sagas(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    stack = running_stack(cloud)
    aws = Aws(cloud.emulator_url)
    file = cloud.state_dir / saga_times.FILE
    with _reader_shop(stack, None) as shop:
        times = saga_times.measure(console, aws, stack, shop, options.orders)
    saga_type = "STANDARD" if saga_history.keeps_history(aws, stack) else "EXPRESS"
    measured = saga_times.read(file) | {saga_type: times}
    saga_times.write(file, measured)
    saga_times.show(console, measured)
    return 0


def _tasks(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    with _operator_shop(cloud) as shop:
        tasks.show_tasks(console, shop)
    return 0


def _return(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    stack = running_stack(cloud)
    with shop_as(stack, "alice") as shop:
        order = show_order.find(shop, options.order, owner="alice")
        request = return_tracking.draft_return(order, options.sku, options.quantity, options.reason)
        end = order_timeline.request_and_show_return(console, shop, order["order_id"], request)
    with _operator_shop(cloud) as operator_shop:
        tasks.show_requested_task(console, operator_shop, end)
    return 0


def _decide(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    with _operator_shop(cloud) as shop:
        snapshots = tasks.submit_decision(
            console, shop, options.task, options.decision, options.comment, restock=options.restock
        )
        tasks.show_requested_task(console, shop, order_timeline.show_timeline(console, snapshots))
    return 0


def _dead_letters(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    with _operator_shop(cloud) as shop:
        dead_letters.show(console, shop)
    return 0


def _redrive(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    with _operator_shop(cloud) as shop:
        dead_letters.redrive(console, shop, options.queue)
    return 0


def _query(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    sql = run_query.choose(options.sql, options.name)
    if sql is None:
        run_query.explain(console)
        return 0
    return run_query.show(console, Aws(cloud.emulator_url), running_stack(cloud), sql)


def _set_aside(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    return stored_objects.show_set_aside(console, Aws(cloud.emulator_url), running_stack(cloud), options.object)


def _rebuild(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    with _operator_shop(cloud) as shop:
        return 0 if rebuild.rebuild(console, shop) else 1


def _sam_local(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    running_stack(cloud)
    api_port = port(os.environ, "SAM_LOCAL_PORT", 3000)
    sam_local.require_docker_and_image(cloud)
    container_gateway.require(cloud)
    up.build_what_changed(cloud, Steps(console))
    sam_local.write_settings(cloud)
    console.print(
        f"\n[bold]The API will be on http://127.0.0.1:{api_port}[/bold], for example /products. Stop with Ctrl-C.\n"
        "The first call of a function starts its container. Sample requests: docs/sam-local.md\n"
    )
    sam_local.serve(cloud, api_port)


def _operator_shop(cloud: LocalCloud) -> Shop:
    return shop_as(running_stack(cloud), "operator")


def _reader_shop(stack: Stack, order_id: str | None) -> Shop:
    """Return the API as the operator calls it, who may read every order. Without an order id, as alice calls it."""
    return shop_as(stack, "operator" if order_id else "alice")


def _place_and_show(console: Console, stack: Stack, options: argparse.Namespace) -> str:
    with shop_as(stack, "alice") as shop:
        order = order_tracking.draft_order(
            shop.products(), options.payment, options.postal_code, options.quantity, options.sku
        )
        end = order_timeline.place_and_show(console, stack, shop, order, verbose=options.verbose)
    if end.waits_for_operator:
        with shop_as(stack, "operator") as operator_shop:
            tasks.show_requested_task(console, operator_shop, end)
    return end.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.terminal", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, command, text in (
        ("up", _up, "start the local cloud, deploy to it, place an order and show its events"),
        ("down", _down, "stop what this checkout started"),
        ("status", _status, "show what is running"),
        ("logs", _logs, "show the functions' logs"),
        ("order", _order, "place an order and show its events"),
        ("pay", _pay, "approve or decline a payment at the sandbox bank"),
        ("ship", _ship, "let the sandbox carrier report a movement of a parcel"),
        ("show", _show, "show an order, now or at an earlier time"),
        ("history", _history, "show the states of an order's sagas: fulfilment and refunds"),
        ("measure-sagas", _measure_sagas, "measure the duration and the price of sagas"),
        ("dead-letters", _dead_letters, "show the dead letters and their causes"),
        ("redrive", _redrive, "redrive a queue's dead letters"),
        ("rebuild", _rebuild, "rebuild the views from the event store and show the progress"),
        ("web", _web, "serve the web page with hot reload"),
        ("return", _return, "request a return of an order and show its events"),
        ("tasks", _tasks, "list the open tasks"),
        ("decide", _decide, "submit a decision for an open task"),
        ("query", _query, "query the event store in SQL"),
        ("set-aside", _set_aside, "move an unreadable object out of the event store"),
        ("sam-local", _sam_local, "run the API's functions in Docker, on the running emulator"),
    ):
        added = commands.add_parser(name, help=text)
        added.set_defaults(run=command, command=name)
        add_options(added, name)
    return parser
