"""`make deploy`, `make user`, `make token` and `make destroy`, with the emulator instead of an AWS account.

It is one test, because a stack is created, used, changed under load and deleted in this order.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import boto3
import pytest
from rich.console import Console

from tests.e2e.shop import Caller, Shop, order_body
from tests.support.waiting import wait_until
from tools.account import destroy, environments, pool_users, release, target_python
from tools.deployment.build import copy_sources
from tools.deployment.parameters import parameters
from tools.local_cloud import emulator, stack, up
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.stack import Stack

STACK_NAME = "ada-orders"
PASSWORD = "Correct-horse-9-battery"
# New versions have cold starts. More orders would only measure the machine.
SECONDS_BETWEEN_ORDERS = 3


class Account:
    """An empty account, except for what `make deploy` creates."""

    def __init__(self, cloud: LocalCloud, root: Path) -> None:
        self.cloud = cloud
        self.root = root

    def environment(self, **changed: str) -> environments.Environment:
        values = {**parameters(self.cloud), "WithCdn": "false", "PasswordSignIn": "false", **changed}
        texts = " ".join(f"{name}={value}" for name, value in values.items())
        return environments.read("default", STACK_NAME, texts, self.root)

    def deploy(self, **changed: str) -> Shop:
        environment = self.environment(**changed)
        python = target_python.choose(environment.parameters)
        outputs = release.deploy(environment, python, release.build(environment, python, self.root), self.root)
        url = self.cloud.emulator_url
        api_url = stack.api_url(url, outputs["ApiId"])
        live_url = stack.live_url(url, outputs["LiveApiId"])
        return Shop(
            Stack(url, api_url, self.cloud.web_url, live_url, environment.region, STACK_NAME, outputs, users={})
        )

    def destroy(self, answer: str) -> None:
        destroy.destroy(Console(), self.environment(), lambda _: answer, self.root)

    def leftovers(self) -> dict[str, list[str]]:
        """Return all resources with the stack's name, by service."""
        session = boto3.Session()
        lists = {
            "lambda": ("list_functions", "Functions", "FunctionName"),
            "s3": ("list_buckets", "Buckets", "Name"),
            "stepfunctions": ("list_state_machines", "stateMachines", "name"),
            "iam": ("list_roles", "Roles", "RoleName"),
            "logs": ("describe_log_groups", "logGroups", "logGroupName"),
            "cloudwatch": ("describe_alarms", "MetricAlarms", "AlarmName"),
            "firehose": ("list_delivery_streams", "DeliveryStreamNames", None),
            "dynamodb": ("list_tables", "TableNames", None),
            "sqs": ("list_queues", "QueueUrls", None),
            "sns": ("list_topics", "Topics", "TopicArn"),
            "events": ("list_rules", "Rules", "Name"),
        }
        found = {}
        for service, (call, members, name) in lists.items():
            response: dict[str, Any] = getattr(session.client(service), call)()  # type: ignore[call-overload]
            found[service] = [each[name] if name else each for each in response.get(members, [])]
        layers = session.client("lambda").list_layers()["Layers"]
        pools = session.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
        found["layers"] = [layer["LayerName"] for layer in layers]
        found["user pools"] = [pool["Name"] for pool in pools]
        return {service: mine for service, names in found.items() if (mine := [n for n in names if STACK_NAME in n])}


@pytest.fixture(scope="module")
def empty_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    cloud = LocalCloud.for_tests("e2e-account")
    emulator.launch(cloud)
    emulator.wait_until_ready(cloud)
    with pytest.MonkeyPatch.context() as environment_patch:
        for name, value in {
            "AWS_ENDPOINT_URL": cloud.emulator_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "SAM_CLI_POLL_DELAY": "0.3",
            "NO_PROXY": "127.0.0.1",
        }.items():
            environment_patch.setenv(name, value)
        root = copy_sources(tmp_path_factory.mktemp("sources"))
        try:
            yield Account(cloud, root)
        finally:
            up.remove(cloud)


def test_a_stack_is_deployed_used_updated_under_load_and_destroyed(empty_account: Account) -> None:
    shop = empty_account.deploy()
    shop.operator = sign_up_and_in(shop, "operator@example.com", "operators")
    customer = sign_up_and_in(shop, "ada@example.com")
    kettle = shop.product(stock=500, unit_price=1500)

    orders = orders_during(lambda: change(empty_account), customer, kettle)

    for order_id in orders:
        wait_until(
            lambda order_id=order_id: is_settled_after_retries(shop, order_id),
            description=f"the end of order {order_id}",
            every_seconds=1,
            progress=lambda order_id=order_id: customer.shop_events(order_id),
        )
        assert customer.shop_events(order_id)["OrderConfirmed"] == 1
        assert shop.money(order_id) == {"captured": 1500, "held": 0}
    assert shop.available(kettle) == 500 - len(orders)
    assert fulfilling_machines(shop) == [f"{STACK_NAME}-fulfil-order-EXPRESS"]
    assert shop.visitor().get("/products", params={"limit": "0"}).json()["type"] == "urn:changed:problem:limit"

    with pytest.raises(LocalCloudError, match="Nothing was deleted"):
        empty_account.destroy(answer="serverless-orders")
    assert fulfilling_machines(shop)
    empty_account.destroy(answer=STACK_NAME)

    assert empty_account.leftovers() == {}


def is_settled_after_retries(shop: Shop, order_id: str) -> bool:
    """Return whether the order is settled. An operator retries orders whose functions started too slowly."""
    for task in shop.open_tasks():
        shop.decide(task, "retry")
    return shop.is_settled(order_id)


def sign_up_and_in(shop: Shop, username: str, group: str | None = None) -> Caller:
    """Sign in with `make user` and `make token`, because an account's user pool accepts no plain password sign-in."""
    pool, client, cognito = shop.stack.outputs["UserPoolId"], shop.stack.outputs["UserPoolClientId"], shop.aws.cognito
    pool_users.create_user(cognito, pool, username, PASSWORD, group)
    return Caller(shop, pool_users.id_token(cognito, pool, client, username, PASSWORD))


def change(empty_account: Account) -> None:
    """Deploy another version of the code, and the other saga type, to the running stack."""
    problems = empty_account.root / "layers/kernel/kernel/problems.py"
    problems.write_text(problems.read_text().replace("urn:serverless-orders:problem", "urn:changed:problem"))
    empty_account.deploy(SagaType="EXPRESS")


def orders_during(work: Callable[[], None], customer: Caller, sku: str) -> list[str]:
    """Place orders one after the other while `work` runs, and return their ids."""
    done = Event()

    def place_until_done() -> list[str]:
        placed = [place_with_retries(customer, sku)]
        while not done.wait(SECONDS_BETWEEN_ORDERS):
            placed.append(place_with_retries(customer, sku))
        return [*placed, place_with_retries(customer, sku)]

    with ThreadPoolExecutor(1) as pool:
        placing = pool.submit(place_until_done)
        try:
            work()
        finally:
            done.set()
        return placing.result()


def place_with_retries(customer: Caller, sku: str) -> str:
    """Place an order, and retry with the same key until it is accepted."""
    key = str(uuid4())

    def place() -> str | None:
        response = customer.post_order(order_body(sku), key)
        return str(response.json()["order_id"]) if response.status_code == HTTPStatus.ACCEPTED else None

    return wait_until(place, description="a 202 for an order") or ""


def fulfilling_machines(shop: Shop) -> list[str]:
    machines = shop.step_functions.list_state_machines()["stateMachines"]
    return [machine["name"] for machine in machines if "-fulfil-order-" in machine["name"]]
