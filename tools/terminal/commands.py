"""The commands behind `make`: `python -m tools.terminal COMMAND`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from tools.deployment import build_web, sam_local
from tools.event_store import stored_objects
from tools.local_cloud import container_gateway, reachability, up
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError, port
from tools.local_cloud.sign_in import id_token
from tools.local_cloud.stack import Stack
from tools.terminal import (
    dead_letters,
    journey,
    journey_on_screen,
    logs,
    order_on_screen,
    people,
    query_on_screen,
    rebuild,
    saga_history,
    saga_times,
    status,
)
from tools.terminal.console import SafeConsole, tells_disk_errors
from tools.terminal.progress import Steps
from tools.terminal.shop import Shop

INTERRUPTED = 130
# The options that make hands on as environment variables, and that may be left out. `COMMENT` it may not expand.
TEXTS = {
    "show": {"order": "ORDER", "as-of": "AS_OF"},
    "history": {"order": "ORDER"},
    "set-aside": {"object": "OBJECT_KEY"},
    "decide": {"task": "TASK", "decision": "DECISION", "comment": "DECISION_COMMENT"},
}


@tells_disk_errors
def run(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Run a command.

    Returns: the exit status.
    """
    console = SafeConsole(highlight=False, soft_wrap=True)
    try:
        options = _parser().parse_args(arguments)
        command: Callable[[Console, LocalCloud, argparse.Namespace], int] = options.run
        return command(console, LocalCloud.of_developer(), options)
    except KeyboardInterrupt:
        console.print("\nInterrupted. Run it again: it goes on from what is there.")
        return INTERRUPTED
    except LocalCloudError as error:
        console.print(f"\n[red]{escape(str(error))}[/red]", soft_wrap=True)
        return 1
    except (BotoCoreError, ClientError) as error:
        console.print(f"\n[red]{escape(reachability.in_words(error))}[/red]", soft_wrap=True)
        return 1


def _up(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    stack = up.bring_up(cloud, Steps(console))
    end = _place_and_show(console, stack, options)
    console.print(_what_next(stack), soft_wrap=True)
    if missing := sam_local.what_is_missing(cloud):
        console.print(f"\n{escape(missing)}", style="dim", soft_wrap=True)
    if end != "CONFIRMED":
        console.print(f"\n[red]The order should have ended CONFIRMED, not {end}.[/red] `make logs` may tell why.")
        return 1
    return 0


def _down(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    if up.take_down(cloud):
        console.print("Stopped. The local cloud lived in memory: its orders, users and files are forgotten.")
    else:
        console.print("Nothing of this checkout was running.")
    return 0


def _web(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    _running_stack(cloud)
    console.print("The page with hot reload; its API is the one that `make up` started. Ctrl-C ends it.")
    return build_web.serve_with_hot_reload(cloud.web_url, cloud.root)


def _status(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    return 0 if status.show(console, cloud) else 1


def _logs(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    _running_stack(cloud)
    try:
        logs.show(console, Aws(cloud.emulator_url), options.function, follow=console.is_terminal)
    except KeyboardInterrupt:
        console.print()
    return 0


def _order(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    _place_and_show(console, _running_stack(cloud), options)
    return 0


def _show(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    with _shop_of_reader(_running_stack(cloud), options.order) as shop:
        order_on_screen.show(console, shop, options.order, options.as_of)
    return 0


def _history(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    stack = _running_stack(cloud)
    with _shop_of_reader(stack, options.order) as shop:
        order = order_on_screen.find(shop, options.order)
    saga_history.show(console, Aws(cloud.emulator_url), stack, order["order_id"])
    return 0


def _measure_sagas(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    stack = _running_stack(cloud)
    aws = Aws(cloud.emulator_url)
    file = cloud.state_dir / saga_times.FILE
    with _shop_of_reader(stack, None) as shop:
        times = saga_times.measure(console, aws, stack, shop, options.orders)
    saga_type = "STANDARD" if saga_history.keeps_history(aws, stack) else "EXPRESS"
    measured = saga_times.read(file) | {saga_type: times}
    saga_times.write(file, measured)
    saga_times.show(console, measured)
    return 0


def _tasks(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    with _operators_shop(cloud) as shop:
        people.show_tasks(console, shop)
    return 0


def _decide(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    with _operators_shop(cloud) as shop:
        sights = people.decide(console, shop, options.task, options.decision, options.comment)
        journey_on_screen.grow(console, sights)
    return 0


def _dead_letters(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    with _operators_shop(cloud) as shop:
        dead_letters.show(console, shop)
    return 0


def _redrive(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    with _operators_shop(cloud) as shop:
        dead_letters.redrive(console, shop, options.queue)
    return 0


def _query(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    sql = query_on_screen.choose(options.sql, options.name)
    if sql is None:
        query_on_screen.explain(console)
        return 0
    return query_on_screen.show(console, Aws(cloud.emulator_url), _running_stack(cloud), sql)


def _set_aside(console: Console, cloud: LocalCloud, options: argparse.Namespace) -> int:
    return stored_objects.show_set_aside(console, Aws(cloud.emulator_url), _running_stack(cloud), options.object)


def _rebuild(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    with _operators_shop(cloud) as shop:
        return 0 if rebuild.rebuild(console, shop) else 1


def _sam_local(console: Console, cloud: LocalCloud, _: argparse.Namespace) -> int:
    _running_stack(cloud)
    api_port = port(os.environ, "SAM_LOCAL_PORT", 3000)
    sam_local.require_docker_and_image(cloud)
    container_gateway.require(cloud)
    up.build_what_changed(cloud, Steps(console))
    sam_local.write_settings(cloud)
    console.print(
        f"\n[bold]The API will be on http://127.0.0.1:{api_port}[/bold], such as /products. Ctrl-C ends it.\n"
        "The first call of a function starts its container. What to send: docs/sam-local.md\n"
    )
    sam_local.serve(cloud, api_port)


def _operators_shop(cloud: LocalCloud) -> Shop:
    stack = _running_stack(cloud)
    return Shop(stack.api_url, id_token(stack, stack.users["operator"]))


def _shop_of_reader(stack: Stack, order_id: str | None) -> Shop:
    """The shop for alice, whose newest order is looked for, or for the operator, who sees every order."""
    return Shop(stack.api_url, id_token(stack, stack.users["operator" if order_id else "alice"]))


def _place_and_show(console: Console, stack: Stack, options: argparse.Namespace) -> str:
    with Shop(stack.api_url, id_token(stack, stack.users["alice"])) as shop:
        order = journey.draft_order(
            shop.products(), options.payment, options.postal_code, options.quantity, options.sku
        )
        end = journey_on_screen.show(console, stack, shop, order)
    if end.waits_for_a_person:
        with Shop(stack.api_url, id_token(stack, stack.users["operator"])) as operators_shop:
            people.show_task_of(console, operators_shop, end.order_id)
    return end.status


def _running_stack(cloud: LocalCloud) -> Stack:
    """The deployed stack.

    Raises:
        LocalCloudError: nothing is deployed, or the emulator is gone or busy.
    """
    return reachability.running_stack(cloud)


def _what_next(stack: Stack) -> str:
    people = "\n".join(f"  {user.username:20} password {user.password}" for user in stack.users.values())
    return f"""
[bold]The local cloud runs in the background.[/bold]
  web page     {stack.web_url}   (sign in as the operator for the operations console)
  API          {stack.web_url}/api/products   (from everywhere else: {stack.api_url})
  AWS services {stack.emulator_url}   (endpoint URL for SDKs and tools; key and secret: test)
  for scripts  .local/stack.json

[bold]Accounts[/bold]
{people}

[bold]What to try next[/bold]
  make order PAYMENT=pm_card_declined      the card is declined: the stock is released
  make order POSTAL_CODE=00000             the carrier refuses: stock and money go back
  make order PAYMENT=pm_gateway_flaky      faults, retried until it works
  make order PAYMENT=pm_capture_down       the money cannot be taken: a person has to decide
  make history                             the states that the order's saga went through
  make show AS_OF=PaymentAuthorized        the order as it stood then
  make tasks                               what waits for a person
  make query Q=funnel                      ask the event store in SQL
  make logs F=OrdersApiFunction            what a function says
  make sam-local                           the API's functions in Docker, to debug one
  make status                              what runs, and what waits in the queues
  make down                                stop, and forget everything"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.terminal", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, command, text in (
        ("up", _up, "bring everything up, place an order and show its journey"),
        ("down", _down, "stop what this checkout started"),
        ("status", _status, "tell what runs"),
        ("logs", _logs, "show the functions' logs"),
        ("order", _order, "place an order and show its journey"),
        ("show", _show, "show an order, as it is or as it stood"),
        ("history", _history, "show the states that an order's saga went through"),
        ("measure-sagas", _measure_sagas, "measure how long sagas take and what they are billed for"),
        ("dead-letters", _dead_letters, "show what could not be dealt with, and why"),
        ("redrive", _redrive, "send a queue's dead letters once more"),
        ("rebuild", _rebuild, "rebuild the views from the event store, and show how far it is"),
        ("web", _web, "serve the web page with hot reload"),
        ("tasks", _tasks, "list what waits for a person"),
        ("decide", _decide, "decide what waits for a person"),
        ("query", _query, "ask the event store in SQL"),
        ("set-aside", _set_aside, "move an object that cannot be read out of the event store"),
        ("sam-local", _sam_local, "run the API's functions in Docker, on the running emulator"),
    ):
        added = commands.add_parser(name, help=text)
        added.set_defaults(run=command)
        if name in ("up", "order"):
            _add_order_options(added, from_environment=name == "order")
        if name == "measure-sagas":
            added.add_argument("--orders", type=int, default=os.environ.get("ORDERS") or 20)
        if name == "redrive":
            added.add_argument("queue", nargs="?", help="the queue's name, as dead-letters shows it")
        for option, variable in TEXTS.get(name, {}).items():
            added.add_argument(f"--{option}", default=os.environ.get(variable) or None)
        if name == "query":
            added.add_argument("--sql", default=os.environ.get("QUERY_SQL") or None)
            added.add_argument("--name", default=os.environ.get("Q") or None)
        if name == "logs":
            added.add_argument("function", nargs="?", help="the function's name in template.yaml")
    return parser


def _add_order_options(parser: argparse.ArgumentParser, *, from_environment: bool) -> None:
    """Make hands its variables on as environment variables."""
    given = os.environ if from_environment else {}
    parser.add_argument("--payment", default=given.get("PAYMENT") or "pm_card_visa")
    parser.add_argument("--postal-code", default=given.get("POSTAL_CODE") or "10115")
    parser.add_argument("--quantity", type=int, default=given.get("QUANTITY") or None)
    parser.add_argument("--sku", default=given.get("SKU") or None)
