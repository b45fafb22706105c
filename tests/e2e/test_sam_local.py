"""`sam local` in Docker with the running emulator: the same functions and data. Only here are tokens unchecked.

The commands need no options after `make up`, because samconfig.toml contains them.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kernel.dynamodb import from_item
from tests.e2e.providers import send
from tests.e2e.shop import ADDRESS, Caller, Json, Shop, order_body
from tests.support.sample_payloads import SAMPLES, entry_point_of_sample
from tests.support.waiting import wait_until
from tests.support.webhooks import OTHER_SECRET, payment_webhook
from tools.deployment import sam_local
from tools.local_cloud import container_gateway, resources
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.environment import subprocess_environment
from tools.local_cloud.ports import free_port, is_taken
from tools.local_cloud.stack import Stack

CONCURRENT_CONTAINERS = 3
COMPENSATIONS = {"release_stock", "void_payment", "cancel_shipment"}
ENVIRONMENT = subprocess_environment()


@pytest.fixture(scope="module")
def cloud(local_cloud: LocalCloud) -> LocalCloud:
    """Start a local cloud that containers can reach."""
    try:
        sam_local.require_docker_and_image(local_cloud)
    except LocalCloudError as missing:
        pytest.skip(str(missing).splitlines()[0])
    container_gateway.require(local_cloud)
    return local_cloud


@pytest.fixture(scope="module")
def checkout(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a folder with the files that `make up` writes into a checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    developers = LocalCloud.of_developer({}, root=folder)
    for link, target in (
        (developers.build_dir, cloud.build_dir),
        (developers.environments_file, cloud.environments_file),
        (folder / "samconfig.toml", cloud.root / "samconfig.toml"),
        (folder / "template.yaml", cloud.root / "template.yaml"),
        (folder / "events", cloud.root / "events"),
    ):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    return folder


def sam_local_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "samcli", "local", *arguments]


@contextmanager
def serving(checkout: Path, command: str, log: Path) -> Iterator[str]:
    """Run `sam local start-...` in the background, and yield its URL."""
    port = free_port()
    with log.open("w") as output:
        server = subprocess.Popen(  # noqa: S603
            sam_local_command(command, f"--port={port}"),
            cwd=checkout,
            env=ENVIRONMENT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(
            lambda: server.poll() is not None or is_taken(port),
            description=f"`sam local {command}`",
            progress=log.read_text,
        )
        assert server.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        # This also stops its containers.
        server.terminate()
        server.wait(60)


@pytest.fixture(scope="module")
def shop_in_docker(checkout: Path, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Provide the same shop, with its API served by `sam local start-api`."""
    with serving(checkout, "start-api", tmp_path_factory.mktemp("sam-local") / "start-api.log") as url:
        yield Shop(replace(stack, api_url=url))


def test_an_order_placed_through_docker_is_confirmed(shop: Shop, shop_in_docker: Shop) -> None:
    customer = shop_in_docker.customer()

    placed = customer.post_order(order_body(shop.product()))

    assert placed.status_code == 202, placed.text
    order_id = placed.json()["order_id"]
    assert placed.headers["Location"] == f"orders/{order_id}"
    assert customer.wait_for(order_id, "CONFIRMED")["payment"]["status"] == "CAPTURED"


def test_an_invalid_order_gets_a_problem_document_in_docker(shop: Shop, shop_in_docker: Shop) -> None:
    response = shop_in_docker.customer().post_order(order_body(shop.product(), quantity=0))

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in response.json()["errors"]] == ["/items/0/quantity"]


def test_a_request_without_a_token_gets_a_401_in_docker(shop_in_docker: Shop) -> None:
    for visitor in (shop_in_docker.visitor(), Caller(shop_in_docker, "no.token.really")):
        response = visitor.post_order({})
        assert (response.status_code, response.json()["status"]) == (401, 401)


def test_a_tokens_signature_is_ignored_in_docker_and_checked_after_deployment(shop: Shop, shop_in_docker: Shop) -> None:
    tampered = f"{shop.customer().token}x"

    assert Caller(shop_in_docker, tampered).get("/orders").status_code == 200
    assert Caller(shop, tampered).get("/orders").status_code == 401


def test_a_webhook_is_verified_over_its_raw_body_in_docker(shop_in_docker: Shop) -> None:
    webhook = payment_webhook(str(uuid4()), "payment.test", note="Zahlung bestätigt ✓")

    assert send(shop_in_docker, "payments", webhook).status_code == 202
    assert send(shop_in_docker, "payments", webhook, sent=webhook).status_code == 401, "without the signed white space"
    assert send(shop_in_docker, "payments", webhook, secret=OTHER_SECRET).status_code == 401


@pytest.mark.parametrize("sample", ["place_order", "list_orders", "get_order"])
def test_a_deployed_function_refuses_a_token_that_no_authorizer_has_checked(shop: Shop, sample: str) -> None:
    context = {name: value for name, value in SAMPLES[sample]["requestContext"].items() if name != "authorizer"}
    request = SAMPLES[sample] | {"requestContext": context}
    assert request["headers"]["Authorization"].endswith(".unsigned")

    assert invoke(shop, sample, request)["statusCode"] == 401


@pytest.mark.parametrize("typed", ["sam local", "make sam-local"])
def test_a_function_can_be_invoked_with_its_sample_payload(
    typed: str, cloud: LocalCloud, checkout: Path, samples_order: str
) -> None:
    invoke = ("invoke", "OrdersApiFunction", "--event=events/place_order.json")
    invocation = sam_local_command(*invoke) if typed == "sam local" else sam_local.command(cloud, *invoke)

    run = subprocess.run(  # noqa: S603
        invocation, cwd=checkout, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=600
    )

    assert run.returncode == 0, run.stderr
    response = json.loads(run.stdout.splitlines()[-1])
    assert response["statusCode"] == 202, response


def test_every_function_runs_in_docker_with_its_sample_payload(
    checkout: Path, stack: Stack, samples_order: str, samples_rebuild: None, tmp_path: Path
) -> None:
    with serving(checkout, "start-lambda", tmp_path / "start-lambda.log") as url:
        functions = Shop(replace(stack, emulator_url=url)).client("lambda")

        def invoke_in_docker(sample: str) -> str:
            response = functions.invoke(FunctionName=name_of(sample), Payload=json.dumps(SAMPLES[sample]))
            return str(response["Payload"].read().decode())

        def run(sample: str) -> tuple[str, Any]:
            # Each invocation starts a container. On a busy machine, that may take longer than a saga step's timeout.
            return sample, json.loads(
                wait_until(lambda: invoke_in_docker(sample), description=f"a response to events/{sample}.json")
            )

        with ThreadPoolExecutor(CONCURRENT_CONTAINERS) as pool:
            responses = dict(pool.map(run, sorted(SAMPLES.keys() - COMPENSATIONS)))
            # The other samples need what these undo.
            responses |= pool.map(run, sorted(COMPENSATIONS))

    faults = {sample: response for sample, response in responses.items() if is_fault(response)}
    assert faults.keys() == {"void_payment"}, faults
    assert faults["void_payment"]["errorType"] == "AlreadyCaptured", "the emulator's saga has captured the payment"


@pytest.fixture(scope="module")
def samples_order(shop: Shop) -> str:
    """Create the product and an order of the samples in the emulator's tables, and return the order's id."""
    product = {"name": "Cup", "unit_price": 250, "currency": "EUR"}
    assert shop.operator.put("/products/CUP-1", json=product).is_success
    received, key = {"change": 10, "reason": "for the samples"}, {"Idempotency-Key": "samples"}
    assert shop.operator.post("/products/CUP-1/stock-adjustments", json=received, headers=key).is_success
    placed = from_item(SAMPLES["relay_events"]["Records"][0]["dynamodb"]["NewImage"])
    unsettled = {"unsettled_shard": "0", "unsettled_since": placed["events"][0]["time"]}
    shop.table("Orders").put_item(Item=placed | unsettled | {"fingerprint": "sample", "shipping_address": ADDRESS})
    order_id = str(placed["order_id"])
    wait_until(lambda: shop.item("Views", pk="PRODUCT#CUP-1", sk="SUMMARY"), description="CUP-1 in the product view")
    wait_until(lambda: shop.is_settled(order_id), description="the settled order of the samples")
    wait_until(lambda: invoke(shop, "request_return")["statusCode"] == 202, description="the return of the samples")
    return order_id


@pytest.fixture
def samples_rebuild(shop: Shop) -> Iterator[None]:
    """Create the stopped rebuild and the object of the event store that the samples name."""
    rebuild_id, key = SAMPLES["end_rebuild"]["rebuild_id"], SAMPLES["replay_object"]["Key"]
    machine = shop.stack.outputs["RebuildViewsStateMachineArn"]
    run = shop.step_functions.start_execution(stateMachineArn=machine, name=rebuild_id, input="{}")
    shop.step_functions.stop_execution(executionArn=run["executionArn"])
    shop.table("Rebuilds").put_item(
        Item={
            "rebuild_id": "LATEST",
            "key": "LATEST",
            "latest": rebuild_id,
            "claimed_at": "2026-11-20T15:00:00.000000Z",
        }
    )
    stored_object = {"Bucket": shop.stack.outputs["EventStoreBucketName"], "Key": key}
    shop.aws.s3.put_object(**stored_object, Body=b"garbage")
    yield
    # Otherwise every later rebuild and audit would report the object.
    shop.aws.s3.delete_object(**stored_object)


def is_fault(response: Any) -> bool:
    return isinstance(response, dict) and ("errorType" in response or response.get("statusCode", 200) >= 500)


def invoke(shop: Shop, sample: str, payload: Json | None = None) -> Any:
    """Invoke the deployed function of a sample in the emulator, and return its response."""
    functions = resources.of_kind(shop.aws, "AWS::Lambda::Function")
    name = next(each.physical_id for each in functions if each.logical_id == name_of(sample))
    response = shop.aws.functions.invoke(FunctionName=name, Payload=json.dumps(payload or SAMPLES[sample]))
    return json.load(response["Payload"])


def name_of(sample: str) -> str:
    return "".join(word.capitalize() for word in entry_point_of_sample(sample).split("_")) + "Function"
