"""Fixtures for the services on moto: tables as in the template, requests as API Gateway sends them."""

import os
from typing import NoReturn

import psutil
import pytest
from botocore.client import BaseClient

from kernel import saga_run
from tests.support import waiting
from tests.support.operator_tasks import FakeStepFunctions, Operators
from tests.support.shop_on_moto import ShopOnMoto, set_environment, shop_on_moto

pytest.register_assert_rewrite("tests.support.problem_document")

# moto intercepts only the requests to AWS. With the address of an emulator in the environment (lab 8), tests would
# change its data. The tests that use an emulator name its address themselves.
os.environ.pop("AWS_ENDPOINT_URL", None)

# Each worker of these folders has its own emulator, with functions that need up to this much memory.
ON_EMULATORS = ("tests/e2e", "tests/browser", "tests/faults", "tests/new_account")
WORKER_BYTES = 7 * 2**30


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Limit the workers of `-n auto` by the machine's memory if each worker starts an emulator."""
    if not any(argument.startswith(ON_EMULATORS) for argument in config.args):
        return None
    return max(1, min(os.cpu_count() or 1, psutil.virtual_memory().total // WORKER_BYTES))


@pytest.fixture(autouse=True, scope="session")
def print_uncaptured(request: pytest.FixtureRequest) -> None:
    """Let long waits print what they wait for."""
    waiting.print_uncaptured.config = request.config


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ShopOnMoto:
    with shop_on_moto(monkeypatch.setenv) as shop:
        yield shop


@pytest.fixture
def operators(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> Operators:
    """Provide the operators of the shop, whose decisions go to a fake of Step Functions."""
    step_functions = FakeStepFunctions()
    monkeypatch.setattr(saga_run, "step_functions", lambda: step_functions)
    monkeypatch.setenv("ATTEND_ORDER_STATE_MACHINE_ARN", "attend-order")
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    monkeypatch.setenv("REVIEW_TIMEOUT_SECONDS", "3600")
    return Operators(shop, step_functions)


@pytest.fixture
def shop_without_aws(monkeypatch: pytest.MonkeyPatch) -> ShopOnMoto:
    """Provide a shop that must not call AWS, for requests that are rejected by validation. It starts fast."""

    def fail(_client: BaseClient, operation: str, _arguments: object) -> NoReturn:
        raise AssertionError(f"unexpected AWS call {operation}")

    set_environment(monkeypatch.setenv)
    monkeypatch.setattr(BaseClient, "_make_api_call", fail)
    return ShopOnMoto()
