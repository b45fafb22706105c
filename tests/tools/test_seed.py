"""Seeding of the local cloud's products."""

import json

import httpx
import pytest

from tests.tools.test_shop import shop_with
from tools.local_cloud.seed import PRODUCTS, seed_products


class ShopApi:
    """A fake API with a table of products and an eventually consistent list of them."""

    def __init__(self, stored: dict[str, int], shown: set[str]) -> None:
        self.stored = stored
        self.shown = shown

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            listed = httpx.Response(200, json={"products": [{"sku": sku} for sku in sorted(self.shown)]})
            self.shown = set(self.stored)
            return listed
        sku = request.url.path.rpartition("/")[2]
        if sku in self.stored:
            return httpx.Response(428, json={"detail": f"{sku} exists"})
        self.stored[sku] = json.loads(request.content)["stock"]
        return httpx.Response(200, json={"sku": sku})


def seed(api: ShopApi, monkeypatch: pytest.MonkeyPatch) -> int:
    return seed_products(shop_with(monkeypatch, api))


def test_a_new_shop_gets_every_product(monkeypatch: pytest.MonkeyPatch) -> None:
    api = ShopApi({}, set())

    assert seed(api, monkeypatch) == len(PRODUCTS)
    assert api.stored == {sku: product["stock"] for sku, product in PRODUCTS.items()}


def test_a_second_seeding_does_not_change_the_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    remaining = {sku: product["stock"] - 1 for sku, product in PRODUCTS.items()}

    for shown in (set(remaining), set(remaining) - {"MACHINE-1"}, set[str]()):
        api = ShopApi(dict(remaining), shown)
        assert seed(api, monkeypatch) == 0
        assert api.stored == remaining
