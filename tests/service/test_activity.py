"""`GET /activity`: what operators see of the orders of the last hours."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

import get_activity
import order_index
import order_place
import projection
from activity import MAX_BUCKETS, PlacedOrder, activity, percentile
from kernel.timestamps import timestamp
from tests.support.problem_document import assert_problem
from tests.support.saga_run import REVIEW_THRESHOLD, invoke_handler
from tests.support.shop_on_moto import Response, ShopOnMoto

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def seen(shop: ShopOnMoto, **query: str) -> Response:
    return shop.call("GET", "/activity", query=query or None, claims=shop.operator())


def project_again(shop: ShopOnMoto, order_id: str) -> None:
    """Project all events of an order, like a rebuild does."""
    for event in shop.events():
        if event.subject == order_id:
            projection.project_order(event)


def statuses(answer: Response) -> dict[str, int]:
    found: dict[str, int] = {}
    for bucket in answer.document["buckets"]:
        for status, count in bucket["statuses"].items():
            found[status] = found.get(status, 0) + count
    return found


def test_orders_of_all_customers_are_counted_by_status(shop: ShopOnMoto) -> None:
    kettle = shop.product(stock=10)
    confirmed = shop.place((kettle, 1))
    rejected = shop.place((kettle, 1), payment_method="pm_card_declined")
    shop.customer_id = str(uuid4())
    shop.place((kettle, 1))
    shop.fulfil(confirmed)
    shop.fulfil(rejected)
    shop.deliver()

    answer = seen(shop)

    assert statuses(answer) == {"CONFIRMED": 1, "REJECTED": 1, "PLACED": 1}
    assert answer.document["orders"] == 3
    assert answer.document["truncated"] is False
    assert answer.document["rejections"] == [{"reason": "PAYMENT_DECLINED", "orders": 1, "is_fault": False}]
    times = answer.document["seconds_to_decide"]
    assert times["system"]["orders"] == 2
    assert times["system"]["p50"] > 0
    assert times["people"] is None


def test_the_reasons_add_up_to_the_rejected_orders(shop: ShopOnMoto) -> None:
    kettle = shop.product(stock=10)
    rejected = shop.place((kettle, 1), payment_method="pm_card_declined")
    stuck = shop.place((kettle, 1), payment_method="pm_void_down", postal_code="00000")
    shop.fulfil(rejected)
    assert shop.fulfil(stuck)[-1] == "NeedsAttention"
    shop.deliver()

    answer = seen(shop)

    assert statuses(answer) == {"REJECTED": 1, "NEEDS_ATTENTION": 1}
    assert answer.document["rejections"] == [{"reason": "PAYMENT_DECLINED", "orders": 1, "is_fault": False}]


def test_a_rejection_by_a_provider_that_does_not_answer_is_a_fault(shop: ShopOnMoto) -> None:
    shop.fulfil(shop.place((shop.product(), 1), payment_method="pm_gateway_down"))
    shop.deliver()

    assert seen(shop).document["rejections"] == [{"reason": "PAYMENT_UNAVAILABLE", "orders": 1, "is_fault": True}]


def test_the_time_of_a_reviewed_order_counts_apart(shop: ShopOnMoto) -> None:
    reviewed = shop.place((shop.product(unit_price=REVIEW_THRESHOLD), 1))
    assert shop.fulfil(reviewed)[-1] == "WaitsForReview"
    answer = {"kind": "review", "sequence": 2, "decision": "approve", "operator_id": "olive", "comment": None}
    invoke_handler("AnswerReview", shop.saga_input(reviewed) | answer)
    shop.fulfil(reviewed)
    shop.deliver()

    assert statuses(seen(shop)) == {"CONFIRMED": 1}
    times = seen(shop).document["seconds_to_decide"]
    assert times["system"] is None
    assert times["people"]["orders"] == 1

    shop.fulfil(shop.place((shop.product(), 1)))
    shop.deliver()

    assert {name: part["orders"] for name, part in seen(shop).document["seconds_to_decide"].items()} == {
        "system": 1,
        "people": 1,
    }


def test_a_cancellation_has_no_time_because_the_customer_chose_it(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    assert shop.call("POST", f"/orders/{order_id}/cancellation").status == 202
    shop.deliver()

    answer = seen(shop)

    assert statuses(answer) == {"CANCELLED": 1}
    assert answer.document["seconds_to_decide"] == {"system": None, "people": None}


def test_copies_of_events_and_a_rebuild_change_nothing(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.fulfil(order_id)
    shop.deliver()
    before = seen(shop).document

    monkeypatch.setattr("order_view.PROJECTION", 99)
    project_again(shop, order_id)
    project_again(shop, order_id)

    after = seen(shop).document
    assert {**after, "since": "", "until": "", "buckets": []} == {**before, "since": "", "until": "", "buckets": []}


def test_items_of_an_older_mapping_are_counted_after_a_rebuild(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = shop.place((shop.product(), 1))
    with monkeypatch.context() as older:
        older.setattr("order_view.PROJECTION", 1)
        older.setattr(projection, "place_of", lambda *place: order_place.place_of(*place)._replace(placed_on=None))
        shop.deliver()
    assert seen(shop).document["orders"] == 0

    project_again(shop, order_id)

    assert seen(shop).document["orders"] == 1


def test_a_truncated_count_is_marked_as_truncated(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    kettle = shop.product()
    for _ in range(5):
        shop.place((kettle, 1))
    shop.deliver()
    monkeypatch.setattr(get_activity, "MAX_ORDERS", 3)
    monkeypatch.setattr(order_index, "MAX_KEYS", 2)

    answer = seen(shop)

    assert (answer.document["orders"], answer.document["truncated"]) == (3, True)


def test_orders_of_earlier_hours_are_left_out(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.deliver()
    placed_at = shop.order(order_id)["placed_at"]
    tomorrow = timestamp(datetime.now(UTC) + timedelta(days=1))

    assert [key.pk for key in order_index.orders_of_all(placed_at, tomorrow, limit=9).keys] == [f"ORDER#{order_id}"]
    assert order_index.orders_of_all(placed_at + "~", tomorrow, limit=9).keys == []


@pytest.mark.parametrize("hours", ["0", "25", "-1", "1.5", "x", "٣"])
def test_hours_out_of_bounds_are_refused(shop: ShopOnMoto, hours: str) -> None:
    assert_problem(seen(shop, hours=hours), 400)


def test_a_customer_is_refused(shop: ShopOnMoto) -> None:
    assert_problem(shop.call("GET", "/activity"), 403)


@pytest.mark.parametrize("hours", [1, 3, 5, 6, 12, 24])
def test_the_buckets_cover_the_time_without_a_gap(hours: int) -> None:
    since = NOON + timedelta(minutes=7) - timedelta(hours=hours)
    until = NOON + timedelta(minutes=7)
    orders = [PlacedOrder(since, "PLACED"), PlacedOrder(until, "PLACED"), PlacedOrder(NOON, "CONFIRMED")]

    buckets = activity(orders, since, until, truncated=False)["buckets"]

    starts = [datetime.fromisoformat(bucket["start"]) for bucket in buckets]
    assert len({later - earlier for earlier, later in pairwise(starts)}) == 1
    assert starts[0] <= since
    assert len(buckets) <= MAX_BUCKETS + 1
    assert buckets[0]["statuses"] == {"PLACED": 1}
    assert buckets[-1]["statuses"]["PLACED"] == 1
    assert sum(sum(bucket["statuses"].values()) for bucket in buckets) == 3


def test_the_times_of_orders_that_waited_for_a_person_are_apart() -> None:
    orders = [PlacedOrder(NOON, "CONFIRMED", decided_at=NOON + timedelta(seconds=n)) for n in range(1, 101)]
    reviewed = PlacedOrder(NOON, "CONFIRMED", decided_at=NOON + timedelta(hours=9), waited=True)

    told = activity([*orders, reviewed, PlacedOrder(NOON, "PLACED")], NOON, NOON + timedelta(hours=1), truncated=False)

    assert told["seconds_to_decide"] == {
        "system": {"orders": 100, "p50": 50.0, "p95": 95.0},
        "people": {"orders": 1, "p50": 32400.0, "p95": 32400.0},
    }


@pytest.mark.parametrize(
    ("values", "share", "expected"), [([3.0], 0.5, 3.0), ([1.0, 2.0], 0.5, 1.0), ([4.0, 1.0, 3.0, 2.0], 0.95, 4.0)]
)
def test_a_percentile_is_one_of_the_values(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_a_night_has_two_days() -> None:
    assert order_index.days_between("2026-11-19T23:00", "2026-11-20T12:00") == ["2026-11-20", "2026-11-19"]
    assert order_index.days_between("2026-11-20", "2026-11-20") == ["2026-11-20"]


def test_the_orders_of_a_day_are_spread_over_all_shards() -> None:
    places = [order_place.place_of(str(uuid4()), "ada", timestamp(NOON)) for _ in range(200)]

    assert {place.placed_on for place in places} == {f"2026-11-20#{shard}" for shard in range(order_place.SHARDS)}
