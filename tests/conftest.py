"""The services on moto, in this process: tables as the template declares them, requests as API Gateway sends them."""

import pytest

from tests.shop_on_moto import ShopOnMoto, shop_on_moto


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ShopOnMoto:
    with shop_on_moto(monkeypatch.setenv) as shop:
        yield shop
