"""The API's client of the commands: lists that are longer than a page."""

import httpx
import pytest

from local.shop import Shop


@pytest.mark.parametrize("member", ["products", "tasks"])
def test_a_list_is_read_to_its_end(member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"": ["first", "second"], "page 2": ["third"]}
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        token = request.url.params.get("next_token", "")
        return httpx.Response(200, json={member: pages[token]} | ({} if token else {"next_token": "page 2"}))

    shop = Shop("http://shop.example")
    monkeypatch.setattr(
        shop, "_http", httpx.Client(base_url="http://shop.example", transport=httpx.MockTransport(answer))
    )

    assert getattr(shop, member)() == ["first", "second", "third"]
    assert [page.pop("next_token", None) for page in asked] == [None, "page 2"]
    assert asked[0] == asked[1]
