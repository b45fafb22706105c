"""Rebuilding the views: authorization, one rebuild at a time, and the report."""

from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

import event_replay
import order_view
import product_view
import rebuild_register
import replay_object
import view_store
from kernel.cloud_event import MAX_SEQUENCE, Cause, CloudEvent
from kernel.dynamodb import dynamodb, from_item, to_item
from order_events import OrderLine, OrderPlaced
from projection import project
from rebuild_register import MAX_LISTED_FAULTS, Latest
from stock import ProductStocked
from tests.support.problem_document import assert_problem
from tests.support.rebuild_on_moto import EventStoreOnMoto, use
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import Response, ShopOnMoto

Json = dict[str, Any]


@pytest.fixture
def store(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> EventStoreOnMoto:
    return use(EventStoreOnMoto(monkeypatch.setenv), monkeypatch.setattr)


def start(shop: ShopOnMoto) -> Response:
    return shop.call("POST", "/views/rebuild", claims=shop.operator())


def look(shop: ShopOnMoto, rebuild_id: str) -> Response:
    return shop.call("GET", f"/views/rebuild/{rebuild_id}", claims=shop.operator())


def rebuild(shop: ShopOnMoto, store: EventStoreOnMoto) -> Json:
    rebuild_id = start(shop).document["rebuild_id"]
    store.run(rebuild_id)
    return dict(look(shop, rebuild_id).document)


def views(shop: ShopOnMoto) -> list[Json]:
    return sorted(map(from_item, shop.items("Views")), key=lambda item: (item["pk"], item["sk"]))


def forget_views(shop: ShopOnMoto) -> None:
    for item in shop.items("Views"):
        dynamodb().delete_item(TableName="Views", Key={"pk": item["pk"], "sk": item["sk"]})


def fulfilled(shop: ShopOnMoto) -> list[Any]:
    """Give a fulfilled order in the services and the views. Return all events."""
    shop.fulfil(shop.place((shop.product(), 1)))
    shop.deliver()
    return shop.events()


def placed(shop: ShopOnMoto) -> list[Any]:
    """Give a placed order. Return its event and the event of its product."""
    shop.place((shop.product(), 1))
    shop.deliver()
    return shop.events()


def test_a_rebuild_records_no_lag_for_its_old_events(
    shop: ShopOnMoto, store: EventStoreOnMoto, capsys: pytest.CaptureFixture[str]
) -> None:
    store.put_events("one", *fulfilled(shop))
    capsys.readouterr()

    rebuild(shop, store)

    assert "ProjectionLag" not in "".join(capsys.readouterr())


def test_a_rebuild_shows_its_progress_and_its_summary(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    events = fulfilled(shop)
    store.put_events("one", *events[:3])
    store.put_events("two", *events[3:])

    started = start(shop)
    rebuild_id = started.document["rebuild_id"]
    running = look(shop, rebuild_id).document
    store.run(rebuild_id)
    ended = look(shop, rebuild_id).document

    assert started.status == 202
    assert started.headers["Location"] == f"rebuild/{rebuild_id}"
    assert started.document.keys() == running.keys() == ended.keys() - {"ended_at"}
    assert running["status"] == "RUNNING"
    assert running["objects"] == {"total": 0, "done": 0, "failed": 0}
    assert ended["status"] == "SUCCEEDED"
    assert ended["started_at"] <= ended["ended_at"]
    assert ended["objects"] == {"total": 2, "done": 2, "failed": 0}
    assert ended["events"] == {"applied": len(events), "unreadable": 0}


def test_a_rebuild_restores_the_views(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    events = fulfilled(shop)
    before = views(shop)
    store.put_events("any-order-and-twice", *events[::-1], *events)
    forget_views(shop)

    rebuild(shop, store)

    assert views(shop) == before


def test_a_higher_projection_number_overwrites_items_of_an_older_mapping(
    shop: ShopOnMoto, store: EventStoreOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = fulfilled(shop)
    store.put_events("all", *events)
    changes_of = order_view.changes_of

    def another_mapping(event: Any) -> list[order_view.GroupChange]:
        return [change._replace(fields={**change.fields, "new": "field"}) for change in changes_of(event)]

    monkeypatch.setattr(order_view, "changes_of", another_mapping)
    monkeypatch.setattr(order_view, "PROJECTION", order_view.PROJECTION + 1)
    rebuild(shop, store)

    (summary,) = [item for item in views(shop) if "payment" in item]
    assert summary["payment"] == {"status": "CAPTURED", "payment_method": "pm_card_visa", "new": "field"}
    assert summary["payment_projection"] == order_view.PROJECTION


def test_an_older_event_does_not_overwrite_a_newer_one_of_an_older_mapping(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders are placed at the prices of the view, also during a rebuild with a higher projection number."""
    sku = shop.product(unit_price=100)
    (stocked,) = (event for event in shop.events() if event.subject == sku)
    dearer = {"sequence": 2, "id": f"inventory:{sku}:2", "data": stocked.data | {"unit_price": 200}}
    project(stocked.model_copy(update=dearer))
    monkeypatch.setattr(product_view, "PROJECTION", product_view.PROJECTION + 1)

    project(stocked)

    (product,) = (each for each in shop.call("GET", "/products").document["products"] if each["sku"] == sku)
    assert product["unit_price"] == 200


def test_unreadable_data_is_counted_and_listed_with_position_and_cause(
    shop: ShopOnMoto, store: EventStoreOnMoto
) -> None:
    events = placed(shop)
    before = views(shop)
    store.put_events("good", *events)
    key = store.put("bad", b'garbage\n{"foreign": "JSON"}\n')
    forget_views(shop)

    came_to = rebuild(shop, store)

    assert came_to["status"] == "SUCCEEDED"
    assert came_to["events"] == {"applied": len(events), "unreadable": 2}
    first, second = store.lines(came_to["result_file"])
    assert first == {"key": key, "position": 0, "cause": "this is not JSON"}
    assert (second["key"], second["position"]) == (key, 8)
    assert views(shop) == before


def test_the_errors_of_one_object_are_all_counted_and_partly_listed(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    key = store.put("garbage", b"x\n" * 1000)

    came_to = rebuild(shop, store)

    lines = store.lines(came_to["result_file"])
    assert came_to["events"]["unreadable"] == 1000
    assert len(lines) == MAX_LISTED_FAULTS + 1
    assert lines[-1] == {"key": key, "cause": f"{1000 - MAX_LISTED_FAULTS} more errors in this object"}


HOSTILE_DATA = [
    {"customer_id": None, "status": 1.5},
    {"status": 10**50},
    {},
    {"customer_id": "alice", "items": [[[1.5]]]},
]


def test_an_event_that_the_views_reject_counts_as_unreadable(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    events = placed(shop)
    order = next(event for event in events if event.type == "OrderPlaced")
    ids = [str(uuid4()) for _ in HOSTILE_DATA]
    hostile = [
        order.model_copy(update={"data": data, "subject": order_id, "id": f"orders:{order_id}:1"})
        for order_id, data in zip(ids, HOSTILE_DATA, strict=True)
    ]
    store.put_events("one", *hostile, *events)

    came_to = rebuild(shop, store)

    assert came_to["status"] == "SUCCEEDED"
    assert came_to["events"] == {"applied": len(events), "unreadable": len(hostile)}
    causes = [fault["cause"] for fault in store.lines(came_to["result_file"])]
    assert all(cause.startswith("the views cannot project this event") for cause in causes)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Let the projection fail as often as the test asks for."""
    left = {"faults": 0}
    project = event_replay.project

    def project_or_fault(event: Any) -> None:
        if left["faults"]:
            left["faults"] -= 1
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateItem")
        project(event)

    monkeypatch.setattr(event_replay, "project", project_or_fault)
    return left


def test_an_object_is_counted_once_after_a_temporary_fault(
    shop: ShopOnMoto, store: EventStoreOnMoto, faulty: dict[str, int]
) -> None:
    events = placed(shop)
    store.put_events("one", *events)
    faulty["faults"] = 1

    came_to = rebuild(shop, store)

    assert came_to["status"] == "SUCCEEDED"
    assert came_to["events"] == {"applied": len(events), "unreadable": 0}


def test_an_object_that_keeps_failing_is_reported_as_failed(
    shop: ShopOnMoto, store: EventStoreOnMoto, faulty: dict[str, int]
) -> None:
    key = store.put_events("one", *placed(shop))
    faulty["faults"] = 10_000

    came_to = rebuild(shop, store)

    assert came_to["status"] == "FAILED"
    assert came_to["objects"] == {"total": 1, "done": 0, "failed": 1}
    (line,) = store.lines(came_to["result_file"])
    assert line["key"] == key
    assert "ReplayObjectFunction" in line["cause"]


def test_a_second_rebuild_is_refused_while_one_runs(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    first = start(shop).document["rebuild_id"]

    refused = start(shop)

    assert_problem(refused, 409)
    assert first in refused.document["detail"]
    for status in ("SUCCEEDED", "ABORTED"):
        store.step_functions.end(rebuild_register.latest().rebuild_id, status)
        assert start(shop).status == 202


@pytest.mark.parametrize("seen", [None, Latest(str(uuid4()), "2026-11-20T15:00:00.000000Z")], ids=["none", "one"])
@pytest.mark.usefixtures("store")
def test_one_of_two_concurrent_rebuilds_is_refused(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch, seen: Latest | None
) -> None:
    if seen:
        rebuild_register.claim(seen, instead_of=None)
    monkeypatch.setattr(rebuild_register, "latest", lambda: seen)

    assert [start(shop).status, start(shop).status] == [202, 409]


def test_a_rebuild_that_never_started_does_not_block_later_ones(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    old = Latest(str(uuid4()), "2026-11-20T15:00:00.000000Z")
    rebuild_register.claim(old, instead_of=None)
    assert start(shop).status == 202

    rebuild_register.claim(Latest(str(uuid4()), "2999-11-20T15:00:00.000000Z"), rebuild_register.latest())
    assert start(shop).status == 409


@pytest.mark.parametrize("rebuild_id", ["0f2d3c41-9a55-4f0c-8f10-5f7a2f0c9b3e", "x", "..", "LATEST", "x" * 3000])
@pytest.mark.usefixtures("store")
def test_an_unknown_rebuild_is_not_found(shop: ShopOnMoto, rebuild_id: str) -> None:
    assert_problem(look(shop, rebuild_id), 404)


def test_customers_are_refused(shop_without_aws: ShopOnMoto) -> None:
    assert_problem(shop_without_aws.call("POST", "/views/rebuild"), 403)
    assert_problem(shop_without_aws.call("GET", f"/views/rebuild/{uuid4()}"), 403)


@pytest.mark.usefixtures("store")
def test_an_object_is_not_replayed_without_a_running_rebuild(shop: ShopOnMoto) -> None:
    with pytest.raises(replay_object.NoRebuild):
        replay_object.handler({"Key": "events/one"}, lambda_context())


def forged(event: CloudEvent, sequence: int, **data: Any) -> CloudEvent:
    """Return a valid event that no service wrote."""
    changes = {"sequence": sequence, "id": f"{event.source}:{event.subject}:{sequence}", "data": event.data | data}
    return CloudEvent.model_validate(event.document() | changes)


def test_a_rebuild_removes_a_forged_price(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    events = fulfilled(shop)
    store.put_events("all", *events)
    before = views(shop)
    level = next(event for event in events if event.type == "StockLevelChanged")
    project(forged(level, MAX_SEQUENCE, unit_price=1))
    assert shop.call("GET", "/products").document["products"][0]["unit_price"] == 1

    rebuild(shop, store)

    assert views(shop) == before
    assert "WAIT" in store.steps


def test_a_rebuild_removes_a_forged_event_of_an_order(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    events = fulfilled(shop)
    store.put_events("all", *events)
    before = views(shop)
    placed_by_alice = next(event for event in events if event.type == "OrderPlaced")
    confirmed = next(event for event in events if event.type == "OrderConfirmed")
    project(forged(placed_by_alice, 900, customer_id="mallory", total=1))
    project(forged(confirmed, 901, status="REJECTED"))
    assert views(shop) != before

    rebuild(shop, store)

    assert views(shop) == before


def test_a_rebuild_removes_orders_and_products_without_events(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    events = fulfilled(shop)
    store.put_events("all", *events)
    before = views(shop)
    for event in placed_elsewhere():
        project(event)
    assert len(views(shop)) == len(before) + 3

    rebuild(shop, store)

    assert views(shop) == before


def placed_elsewhere() -> list[CloudEvent]:
    """Give the events of a product and an order that are missing in the event store."""
    level = ProductStocked(sku="GHOST-1", name="Ghost", unit_price=1, currency="EUR", available=9)
    line = OrderLine(sku="GHOST-1", name="Ghost", quantity=1, unit_price=1)
    order = OrderPlaced(customer_id="alice", items=(line,), total=1, currency="EUR", payment_method="pm_card_visa")
    return [
        CloudEvent.of(level, source="inventory", subject="GHOST-1", sequence=1, cause=Cause()),
        CloudEvent.of(order, source="orders", subject=str(uuid4()), sequence=1, cause=Cause()),
    ]


def test_a_rebuild_removes_fields_that_are_not_in_the_event(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    events = fulfilled(shop)
    store.put_events("all", *events)
    before = views(shop)
    for item in before:
        if item["sk"] == "SUMMARY":
            changed = item | ({"product": {"price": 1}} if "product" in item else {"order": {}, "list": "CUSTOMER#x"})
            dynamodb().put_item(TableName="Views", Item=to_item(changed))

    rebuild(shop, store)

    assert views(shop) == before


def test_events_that_are_projected_during_a_rebuild_are_kept(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    """The object is stored while the first rebuild waits, and after the second rebuild."""
    store.put_events("all", *fulfilled(shop))
    project(placed_elsewhere()[0])
    live: list[CloudEvent] = []

    def order_and_project() -> None:
        live.extend(placed_elsewhere())
        for event in live:
            project(event)

    rebuild_id = start(shop).document["rebuild_id"]
    order_and_project()
    store.while_waiting = lambda: [order_and_project(), store.put_events("late", *live[:2])]
    store.run(rebuild_id)

    orders = {item["pk"] for item in views(shop)}
    assert {f"ORDER#{event.subject}" for event in live if event.source == "orders"} <= orders
    assert "PRODUCT#GHOST-1" in orders


def test_an_event_that_arrives_during_the_cleanup_of_its_order_is_kept(
    shop: ShopOnMoto, store: EventStoreOnMoto
) -> None:
    events = fulfilled(shop)
    store.put_events("all", *events)
    before = {(item["pk"], item["sk"]) for item in views(shop)}
    confirmed = next(event for event in events if event.type == "OrderConfirmed")
    project(forged(confirmed, 901, status="REJECTED"))
    live = forged(confirmed, 3, status="CANCELLED")
    store.while_waiting = lambda: project(live)

    rebuild(shop, store)

    order_key = f"ORDER#{confirmed.subject}"
    assert {(item["pk"], item["sk"]) for item in views(shop)} == before | {(order_key, view_store.timeline_key(live))}
    assert view_store.load_order(confirmed.subject).groups["order"] == {"status": "CANCELLED"}


def test_a_stock_level_that_arrives_during_the_cleanup_of_its_product_is_kept(
    shop: ShopOnMoto, store: EventStoreOnMoto
) -> None:
    events = fulfilled(shop)
    store.put_events("all", *events)
    level = next(event for event in events if event.type == "StockLevelChanged")
    projected_before, projected_meanwhile = forged(level, 3, available=8), forged(level, 4, available=7)
    project(projected_before)
    store.while_waiting = lambda: [store.put_events("late", projected_before), project(projected_meanwhile)]

    rebuild(shop, store)

    shown = shop.item("Views", pk=f"PRODUCT#{level.subject}")
    assert (shown["product_seq"], shown["product"]["available"]) == (4, 7)


def test_if_an_object_could_not_be_replayed_nothing_is_removed(
    shop: ShopOnMoto, store: EventStoreOnMoto, faulty: dict[str, int]
) -> None:
    store.put_events("all", *fulfilled(shop))
    before = views(shop)
    faulty["faults"] = 10_000

    assert rebuild(shop, store)["status"] == "FAILED"

    assert views(shop) == before


def test_an_empty_event_store_does_not_empty_the_views(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    fulfilled(shop)
    before = views(shop)
    store.put("garbage", b"x")

    rebuild(shop, store)

    assert views(shop) == before


def test_a_cleanup_that_runs_out_of_time_continues(
    shop: ShopOnMoto, store: EventStoreOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_events("all", *fulfilled(shop))
    before = views(shop)
    for event in placed_elsewhere():
        project(event)
    monkeypatch.setattr(view_store, "scan_page", pages_of_one(view_store.scan_page))

    rebuild(shop, store)

    assert views(shop) == before
    assert store.steps.count("CONTINUE") > len(before)


def pages_of_one(scan_page: Any) -> Any:
    """Return a scan with one item per page, so that each order spans several pages."""

    def scan_one(start: Json | None) -> tuple[list[Json], Json | None]:
        keys = [(item["pk"], item["sk"]) for item in scan_page(None)[0]]
        place = keys.index((start["pk"], start["sk"])) + 1 if start else 0
        (item,) = [item for item in scan_page(None)[0] if (item["pk"], item["sk"]) == keys[place]]
        return [item], {"pk": item["pk"], "sk": item["sk"]} if place + 1 < len(keys) else None

    return scan_one


def test_records_of_rebuilds_expire(shop: ShopOnMoto, store: EventStoreOnMoto) -> None:
    store.put_events("one", *placed(shop))
    rebuild(shop, store)

    kept = [from_item(item) for item in shop.items("Rebuilds") if item["rebuild_id"] != to_item({"x": "LATEST"})["x"]]
    assert kept
    assert all("expiration" in item for item in kept)
