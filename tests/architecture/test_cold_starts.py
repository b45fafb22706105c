"""The modules that a function loads at a cold start. The budget counts modules instead of time."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.support.template import resources_of_type

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = resources_of_type("AWS::Serverless::Function")
# Except for the standard library, this repository, and the modules that boto3 loads with its first client.
PACKAGES = {
    "annotated_types",
    "aws_lambda_powertools",
    "aws_xray_sdk",
    "pydantic",
    "pydantic_core",
    "standardwebhooks",
    "typing_extensions",
    "typing_inspection",
    "wrapt",
}
# Parts of these packages that cost time at each start, and that no function uses.
NOT_AT_START = (
    "aws_lambda_powertools.event_handler.openapi.swagger_ui",
    "aws_lambda_powertools.utilities.parameters",
    "aws_lambda_powertools.utilities.validation",
    "aws_lambda_powertools.utilities.feature_flags",
    "aws_lambda_powertools.utilities.data_masking",
    "boto3.dynamodb.conditions",
    "pydantic.deprecated.class_validators",
    "pydantic.mypy",
    "pydantic.v1",
)
# Verifying and signing a webhook needs its secret: 7 ms for all of Powertools' parameter stores.
READ_SECRETS = {
    "ReceiveWebhookFunction": {"aws_lambda_powertools.utilities.parameters", "boto3.dynamodb.conditions"},
    "DeliverWebhooksFunction": {"aws_lambda_powertools.utilities.parameters", "boto3.dynamodb.conditions"},
}
# The X-Ray SDK's patch for boto3 clients.
PATCHES = {"aws_xray_sdk.ext", "aws_xray_sdk.ext.boto_utils", "aws_xray_sdk.ext.botocore", "aws_xray_sdk.ext.util"}
# The batch processor loads it.
PARSER = "aws_lambda_powertools.utilities.parser"
HTTP = "aws_lambda_powertools.event_handler"
BATCH = "aws_lambda_powertools.utilities.batch"

# Part of a rebuild, where latency does not matter: it shares the run's document with the routes.
LIKE_A_ROUTE = {"EndRebuildFunction"}

# One fork per function: boto3 with a client, which all of them share, is loaded once.
PROGRAM = """
import json, os, sys
import boto3
boto3.client("dynamodb", region_name="us-east-1")
floor = set(sys.modules)
for path, module in json.loads(sys.argv[1]):
    sys.stdout.flush()
    if os.fork() == 0:
        sys.path[:0] = path
        __import__(module)
        print(json.dumps([module, [name for name in sys.modules if name not in floor]]), flush=True)
        os._exit(0)
    os.wait()
"""

# A separate process, which creates the clients like in Lambda and counts Python's garbage collections.
COUNT_COLLECTIONS = """
import gc, importlib, sys
sys.path[:0] = sys.argv[2:]
import kernel
collections = []
gc.callbacks.append(lambda phase, _: collections.append(phase))
importlib.import_module(sys.argv[1])
print(collections)
"""
# The functions that create the most objects: one with routes, one without.
LARGEST = ("OrdersApiFunction", "ReplayObjectFunction")

each_function = pytest.mark.parametrize("name", sorted(FUNCTIONS))


@cache
def loaded() -> dict[str, list[str]]:
    """The modules that each handler's module loads beyond the shared ones, in load order, by handler."""
    wanted = [[[str(ROOT / folder_of(name)), str(ROOT / "layers/kernel")], module_of(name)] for name in FUNCTIONS]
    command = [sys.executable, "-c", PROGRAM, json.dumps(wanted)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return dict(map(json.loads, answer.stdout.splitlines()))


def module_of(name: str) -> str:
    return str(FUNCTIONS[name]["Properties"]["Handler"]).partition(".")[0]


def folder_of(name: str) -> str:
    return str(FUNCTIONS[name]["Properties"]["CodeUri"])


def of_the_service(name: str) -> set[str]:
    return {path.stem for path in (ROOT / folder_of(name)).glob("*.py")}


def is_a_route(name: str) -> bool:
    return any(event["Type"] == "Api" for event in FUNCTIONS[name]["Properties"].get("Events", {}).values())


def consumers() -> set[str]:
    """The functions that take messages from a queue."""
    mappings = [each["Properties"] for each in resources_of_type("AWS::Lambda::EventSourceMapping").values()]
    return {
        str(each["FunctionName"]["Ref"]).partition(".")[0]
        for each in mappings
        if str(each["EventSourceArn"]["Fn::GetAtt"][0]).endswith("Queue")
    }


@each_function
def test_a_cold_start_loads_only_the_expected_packages(name: str) -> None:
    ours = of_the_service(name) | {"kernel"}
    packages = {module.partition(".")[0] for module in loaded()[module_of(name)]}
    # The standard library's own, named after the platform.
    others = {package for package in packages if not package.startswith("_sysconfigdata")}

    assert others - ours - sys.stdlib_module_names - PACKAGES - {"boto3", "botocore"} == set()


@each_function
def test_a_cold_start_loads_no_unused_modules(name: str) -> None:
    assert {part for part in NOT_AT_START if part in loaded()[module_of(name)]} == READ_SECRETS.get(name, set())


@each_function
def test_a_cold_start_patches_only_aws_clients(name: str) -> None:
    patches = {module for module in loaded()[module_of(name)] if module.startswith("aws_xray_sdk.ext")}

    assert {module for module in patches if not module.startswith("aws_xray_sdk.ext.botocore")} <= PATCHES


@each_function
def test_only_api_functions_load_the_router(name: str) -> None:
    assert (HTTP in loaded()[module_of(name)]) == (is_a_route(name) or name in LIKE_A_ROUTE)


@each_function
def test_only_queue_consumers_load_the_batch_processor(name: str) -> None:
    assert (BATCH in loaded()[module_of(name)]) == (name in consumers())
    assert (PARSER in loaded()[module_of(name)]) <= (name in consumers())


@pytest.mark.parametrize("name", LARGEST)
def test_a_cold_start_runs_no_garbage_collection(name: str) -> None:
    variables = dict.fromkeys(FUNCTIONS[name]["Properties"]["Environment"]["Variables"], "x")
    credentials = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test")
    surroundings = {"AWS_LAMBDA_FUNCTION_NAME": name, "AWS_DEFAULT_REGION": "us-east-1", **credentials}
    path = [str(ROOT / folder_of(name)), str(ROOT / "layers/kernel")]
    command = [sys.executable, "-c", COUNT_COLLECTIONS, module_of(name), *path]
    answer = subprocess.run(  # noqa: S603
        command, env=os.environ | variables | surroundings, stdout=subprocess.PIPE, text=True, check=True
    )

    assert answer.stdout.strip() == "[]"
