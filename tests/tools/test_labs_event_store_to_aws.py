"""`make check-lab` for labs 5 to 10."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from tests.support.saga_run import REVIEW_THRESHOLD
from tools.labs.event_store import event_store
from tools.labs.lab_state import LabState, Step
from tools.labs.person_in_the_loop import PIECES, THRESHOLD, person_in_the_loop
from tools.labs.returns import EVENT, returns
from tools.labs.standard_and_express import standard_and_express
from tools.labs.to_aws import ALARM, to_aws
from tools.labs.webhooks import SCHEMA, webhooks
from tools.local_cloud.stack import Stack
from tools.terminal import saga_times
from tools.terminal.saga_times import Times
from tools.terminal.shop import Json

ROOT = Path(__file__).resolve().parents[2]
CONFIRMED = {"status": "CONFIRMED", "total": 1900, "items": [{"quantity": 1}], "timeline": [{"type": "OrderPlaced"}]}
REJECTED = CONFIRMED | {"status": "REJECTED", "reason": "PAYMENT_DECLINED"}


class Pages:
    """A paginator that returns one page."""

    def __init__(self, **page: Any) -> None:
        self.page = page

    def paginate(self, **_: Any) -> list[Any]:
        return [self.page]


def lab_state(*orders: Json, root: Path = ROOT, aws: Any = None, resources: tuple[str, ...] = ()) -> LabState:
    outputs = {"QueryWorkGroupName": "events"}
    found = LabState(root, Stack("http://127.0.0.1:1", "", "", "", "us-east-1", "none", outputs=outputs, users={}))
    vars(found).update(
        orders=list(orders), aws=aws, resources=dict.fromkeys((*resources, "RelayEventsLogGroup"), "name")
    )
    return found


def done(steps: list[Step]) -> list[bool]:
    return [step.done for step in steps]


def athena_with(*queries: str) -> Any:
    return SimpleNamespace(
        athena=SimpleNamespace(list_query_executions=lambda **_: {"QueryExecutionIds": list(queries)})
    )


def test_lab_5_asks_for_the_new_field_in_old_orders_too() -> None:
    with_field = {"decided_by": "saga"}

    assert done(event_store(lab_state(aws=athena_with()))) == [False, False, False, False]
    assert done(event_store(lab_state(CONFIRMED, REJECTED, aws=athena_with("1")))) == [True, True, False, False]
    half = event_store(lab_state(CONFIRMED | with_field, REJECTED, aws=athena_with("1")))
    assert done(half) == [True, True, True, False]
    assert "1 of 2" in half[-1].hint
    assert (
        done(event_store(lab_state(CONFIRMED | with_field, REJECTED | with_field, aws=athena_with("1")))) == [True] * 4
    )


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ({}, [False, False, False]),
        ({"STANDARD": (14,), "EXPRESS": ()}, [True, True, False]),
        ({"STANDARD": (13, 13)}, [True, False, True]),
        ({"STANDARD": (13, 14)}, [True, False, False]),
    ],
)
def test_lab_6_asks_for_both_measurements(tmp_path: Path, measured: dict[str, Any], expected: list[bool]) -> None:
    (tmp_path / ".local").mkdir()
    times = {kind: Times((1.0,), (1.0,), transitions) for kind, transitions in measured.items()}
    saga_times.write(tmp_path / ".local" / saga_times.FILE, times)

    assert done(standard_and_express(lab_state(root=tmp_path)))[:3] == expected


def test_lab_6_asks_that_a_large_order_is_reviewed_as_before(tmp_path: Path) -> None:
    reviewed = CONFIRMED | {"timeline": [{"type": "OrderReviewRequested"}]}

    assert done(standard_and_express(lab_state(CONFIRMED, root=tmp_path)))[-1] is False
    assert done(standard_and_express(lab_state(reviewed, root=tmp_path)))[-1] is True


def test_lab_7_asks_for_a_review_below_the_threshold() -> None:
    asks = {"timeline": [{"type": "OrderReviewRequested"}], "status": "IN_REVIEW"}
    many = {"items": [{"quantity": 1}, {"quantity": PIECES}]}

    assert THRESHOLD == REVIEW_THRESHOLD, "the lab and the template must agree on what a large order is"
    assert done(person_in_the_loop(lab_state(CONFIRMED)))[3:] == [False, True]
    assert done(person_in_the_loop(lab_state(CONFIRMED | many)))[3:] == [False, False]
    assert done(person_in_the_loop(lab_state(CONFIRMED | many | asks | {"total": THRESHOLD})))[3] is False
    assert done(person_in_the_loop(lab_state(CONFIRMED | many | asks)))[3] is True


def test_lab_8_asks_for_the_rehearsal_the_metric_the_alarm_and_both_canaries(tmp_path: Path) -> None:
    template = json.loads(json.dumps(cfn_yaml.load(str(ROOT / "template.yaml"))))
    functions = template["Globals"]["Function"]["DeploymentPreference"]["Alarms"]
    saga = template["Resources"]["FulfilOrderAlias"]["Properties"]["DeploymentPreference"]["Alarms"]
    for alarms in (functions, saga):
        # A participant who has done the lab already has the alarm in both lists.
        alarms[:] = [alarm for alarm in alarms if alarm != {"Ref": ALARM}]
    stacks = Pages(StackSummaries=[{"StackStatus": "DELETE_COMPLETE"}])
    lines = Pages(events=[{"message": '{"PaymentsDeclined": [1.0]}'}])
    aws = SimpleNamespace(
        cloudformation=SimpleNamespace(get_paginator=lambda _: stacks),
        logs=SimpleNamespace(get_paginator=lambda _: lines),
    )

    def steps() -> list[bool]:
        (tmp_path / "template.yaml").write_text(json.dumps(template))
        return done(to_aws(lab_state(root=tmp_path, aws=aws, resources=(ALARM,))))

    assert steps() == [True, True, True, False]
    functions.append({"Ref": ALARM})
    assert steps()[-1] is False, "the saga's own alias does not have the alarm yet"
    saga.append({"Ref": ALARM})
    assert steps() == [True] * 4
    stacks.page, lines.page = {"StackSummaries": []}, {"events": []}
    assert steps() == [False, True, False, True]


def returned(refund_amount: int, *types: str, status: str = "COMPLETED") -> Json:
    """An order of two cups for 19.00, of which one is returned."""
    line = {"sku": "CUP-2", "quantity": 1}
    return {
        "items": [line | {"quantity": 2, "unit_price": 950}],
        "returns": [{"status": status, "items": [line], "refund_amount": refund_amount}],
        "timeline": [{"type": kind} for kind in types],
    }


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([], [False, False, False, False]),
        ([returned(950, "StockReturned", "ReturnCompleted")], [True, True, False, False]),
        ([returned(950, "ReturnNeedsAttention", "ReturnCompleted")], [True, False, True, False]),
        ([returned(855, "ReturnCompleted")], [False, False, False, True]),
        ([returned(855, "ReturnAccepted", status="ACCEPTED")], [False, False, False, False]),
    ],
)
def test_lab_9_asks_for_a_full_refund_one_by_hand_and_a_fee(
    tmp_path: Path, orders: list[Json], expected: list[bool]
) -> None:
    schema = tmp_path / EVENT
    schema.parent.mkdir(parents=True)
    schema.write_text(json.dumps({"properties": {"restocking_fee": {}}}))

    *before, has_member, keeps_fee = done(returns(lab_state(*orders, root=tmp_path)))

    assert has_member
    assert [*before, keeps_fee] == expected


WAITED = {"timeline": [{"type": kind} for kind in ("OrderAwaitingPayment", "PaymentAuthorized", "OrderConfirmed")]}
LOST = {"timeline": [{"type": kind} for kind in ("ShipmentLost", "PaymentRefunded", "ReturnCompleted")]}


def in_parcel_shop(*types: str) -> Json:
    timeline = [{"type": kind} for kind in ("OrderConfirmed", *types)]
    return {"order_id": "an-order", "shipment": {"status": "AT_PICKUP_POINT"}, "timeline": timeline}


@pytest.mark.parametrize(
    ("orders", "dispatched", "expected"),
    [
        ([], "an-order", [False, False, False, False]),
        ([WAITED], "an-order", [True, False, False, False]),
        ([LOST], "an-order", [False, True, False, False]),
        ([in_parcel_shop("ShipmentAtPickupPoint")], "another-order", [False, False, True, False]),
        ([in_parcel_shop("ShipmentAtPickupPoint")], "an-order", [False, False, True, True]),
        ([in_parcel_shop("ShipmentAtPickupPoint", "ShipmentAtPickupPoint")], "", [False, False, False, False]),
        (
            [in_parcel_shop("ShipmentDispatched", "ShipmentAtPickupPoint")],
            "an-order",
            [False, False, True, False],
        ),
    ],
)
def test_lab_10_asks_for_one_event_in_spite_of_repeated_and_late_webhooks(
    tmp_path: Path, orders: list[Json], dispatched: str, expected: list[bool]
) -> None:
    (tmp_path / SCHEMA).parent.mkdir(parents=True)
    (tmp_path / SCHEMA).touch()
    body = json.dumps({"data": {"order_id": dispatched}})
    inbox = Pages(Items=[{"type": {"S": "shipment.dispatched"}, "body": {"S": body}}])
    aws = SimpleNamespace(dynamodb=SimpleNamespace(get_paginator=lambda _: inbox))
    state = lab_state(*orders, root=tmp_path, aws=aws, resources=("WebhookInboxTable",))

    waited, lost, is_published, *parcel = done(webhooks(state))

    assert is_published
    assert [waited, lost, *parcel] == expected
