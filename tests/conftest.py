"""The services on moto, in this process: tables as the template declares them, requests as API Gateway sends them."""

from typing import NoReturn

import pytest
from botocore.client import BaseClient

from tests.shop_on_moto import ShopOnMoto, set_environment, shop_on_moto

pytest.register_assert_rewrite("tests.problem_document")


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
