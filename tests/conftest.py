"""The services on moto, in this process: tables as the template declares them, requests as API Gateway sends them."""

import os
from typing import NoReturn

import psutil
import pytest
from botocore.client import BaseClient

from tests.support import waiting
from tests.support.shop_on_moto import ShopOnMoto, set_environment, shop_on_moto

pytest.register_assert_rewrite("tests.support.problem_document")

# Their workers have emulators of their own, whose functions take so much memory at most.
ON_EMULATORS = ("tests/e2e", "tests/browser", "tests/faults")
WORKER_BYTES = 10 * 2**30


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Give `-n auto` as many workers as the memory holds, where each brings up clouds; elsewhere one for each core."""
    if not any(argument.startswith(ON_EMULATORS) for argument in config.args):
        return None
    return max(1, min(os.cpu_count() or 1, psutil.virtual_memory().total // WORKER_BYTES))


@pytest.fixture(autouse=True, scope="session")
def announcements(request: pytest.FixtureRequest) -> None:
    """Let long waits say what they wait for."""
    waiting.announce.config = request.config


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ShopOnMoto:
    with shop_on_moto(monkeypatch.setenv) as shop:
        yield shop


@pytest.fixture
def front_desk(monkeypatch: pytest.MonkeyPatch) -> ShopOnMoto:
    """Give a shop that may not call AWS: for requests that are refused before anything is looked up. It is quick."""

    def refuse(_client: BaseClient, operation: str, _arguments: object) -> NoReturn:
        raise AssertionError(f"nobody expects a call of {operation}")

    set_environment(monkeypatch.setenv)
    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    return ShopOnMoto()
