"""`make cost`: the measured usage, the model of batches, and the bill."""

import json
from typing import Any

import pytest

from tests.support.template import template
from tools.cost.batching import queue_batch, shards, stream_batch
from tools.cost.bill import PLATFORM_LOG_BYTES, Queue, Telemetry, at_rate, bill, by_service, milliseconds, total
from tools.cost.idle import idle, queues
from tools.cost.measurement import FILE, read, saga_functions, silent_functions
from tools.cost.prices import price_list
from tools.cost.report import chart
from tools.cost.usage import Calls, Fit, FunctionUsage, OrderUsage, StreamUsage, fit, order_usage

PRICES = price_list()
MEMORY = {"RelayEventsFunction": 512, "ProjectEventsFunction": 512, "OrdersApiFunction": 512}


def function(**changes: Any) -> FunctionUsage:
    usual: dict[str, Any] = {
        "invocations": 1.0,
        "records": 1.0,
        "memory_mb": 1769,
        "cpu_of_invocation": 10.0,
        "cpu_of_record": 0.0,
        "calls": Calls({}, {}),
    }
    return FunctionUsage(**usual | changes)


def usage(**changes: Any) -> OrderUsage:
    usual: dict[str, Any] = {
        "orders": 1,
        "api_requests": 0.0,
        "functions": {},
        "streams": {},
        "writes": {},
        "reads": {},
        "messages": {},
        "firehose_bytes": 0.0,
        "event_bytes": 0.0,
    }
    return OrderUsage(**usual | changes)


def meter(name: str, *calls: dict[str, Any], source: str = "", records: int = 1, invocation: int = 2) -> dict[str, Any]:
    line = {"function": name, "invocation": invocation, "source": source, "records": records, "cpu_seconds": 0.01}
    return line | {"calls": list(calls), "logged": {"messages": 200 * records, "metrics": 250 + 20 * records}}


# Prices


def test_every_price_has_a_date_and_a_source() -> None:
    assert PRICES.looked_up >= "2026-11-26"
    for name, price in PRICES.prices.items():
        assert price.source.startswith("https://aws.amazon.com/"), name
        assert price.dollars > 0, name
        assert price.verified == (price.figure_from is not None), name


# Usage


def test_the_usage_is_an_average_per_order() -> None:
    put = {
        "service": "dynamodb",
        "operation": "PutItem",
        "writes": {"OrdersTable": 2.0, "OrdersTable/UnsettledIndex": 1},
    }
    found = order_usage(
        [meter("OrdersApiFunction", put)] * 4,
        orders=4,
        api_requests=1,
        memory_mb=MEMORY,
    )

    assert found.writes == {"OrdersTable": 2, "OrdersTable/UnsettledIndex": 1}
    placing = found.functions["OrdersApiFunction"]
    assert (placing.invocations, sum(placing.messages), sum(placing.metrics)) == (1, 200, 270)
    assert placing.calls.by_invocation == {"dynamodb.PutItem": 1}


def test_a_write_that_fails_its_condition_is_billed() -> None:
    failed_write = {
        "service": "dynamodb",
        "operation": "UpdateItem",
        "error": "ConditionalCheckFailedException",
        "tables": ["ViewsTable"],
    }

    found = order_usage([meter("ProjectEventsFunction", failed_write)], orders=1, api_requests=0, memory_mb=MEMORY)

    assert found.writes == {"ViewsTable": 1}


def test_each_record_of_firehose_is_rounded_up_to_five_kilobytes() -> None:
    archived = {"service": "firehose", "operation": "PutRecordBatch", "bytes": [900, 5121]}
    lines = [meter("RelayEventsFunction", archived, source="stream:OrdersTable", records=3)]

    found = order_usage(lines, orders=1, api_requests=0, memory_mb=MEMORY)

    assert found.firehose_bytes == 5120 + 10240
    assert found.streams == {"OrdersTable": StreamUsage("RelayEventsFunction", invocations=1, records=3, events=2)}


def test_messages_are_counted_by_queue() -> None:
    lines = [meter("ProjectEventsFunction", source="queue:ProjectionQueue", records=3)]

    assert order_usage(lines, orders=1, api_requests=0, memory_mb=MEMORY).messages == {"ProjectionQueue": 3}


def test_a_cold_invocation_is_counted_but_its_time_is_not() -> None:
    cold = meter("OrdersApiFunction", invocation=1) | {"cpu_seconds": 5.0}

    found = order_usage([cold, meter("OrdersApiFunction")], orders=1, api_requests=0, memory_mb=MEMORY)

    assert found.functions["OrdersApiFunction"].invocations == 2
    assert found.functions["OrdersApiFunction"].cpu_of_invocation == pytest.approx(10)


@pytest.mark.parametrize(
    ("points", "line"),
    [
        ([(1, 5), (3, 9)], Fit(3, 2)),
        ([(1, 5), (1, 7)], Fit(6, 0)),
        ([(4, 8), (4, 8)], Fit(0, 2)),
        ([(1, 9), (3, 5)], Fit(7, 0)),
        ([(1, 1), (3, 9)], Fit(0, 2.5)),
    ],
    ids=["a line", "one record each", "as many records each", "no negative slope", "no negative intercept"],
)
def test_work_is_split_between_invocations_and_records(points: list[tuple[float, float]], line: Fit) -> None:
    assert fit(points) == pytest.approx(line)


def test_log_lines_are_split_between_invocations_and_records() -> None:
    lines = [meter("RelayEventsFunction", source="stream:OrdersTable", records=records) for records in (1, 5)]

    relay = order_usage(lines, orders=1, api_requests=0, memory_mb=MEMORY).functions["RelayEventsFunction"]

    assert relay.messages == pytest.approx(Fit(0, 200))
    assert relay.metrics == pytest.approx(Fit(250, 20))


# Batches


def test_a_stream_batch_has_the_records_since_the_last_poll() -> None:
    assert stream_batch(1, 1) == 1
    assert stream_batch(1, 1, least=3) == 3
    assert stream_batch(100, 1) == 25
    assert stream_batch(100, 5) == 5
    assert stream_batch(100_000, 1) == 100


def test_a_table_has_a_shard_per_thousand_writes_per_second() -> None:
    assert [shards(writes) for writes in (0, 999, 1001, 40_000)] == [1, 1, 2, 40]


def test_a_queues_batches_grow_when_all_functions_are_busy() -> None:
    few, many, too_many = (
        queue_batch(rate, seconds_fixed=0.02, seconds_each=0.01, most=10, concurrency=10) for rate in (100, 500, 5000)
    )

    assert few == 1
    # 10 functions, 500 messages per second, 20 + 10 b milliseconds per batch: b = 2.
    assert many == pytest.approx(2)
    assert too_many == 10


# The bill


def test_a_duration_is_cpu_time_at_the_share_of_a_vcpu_plus_waits() -> None:
    calls = Calls({"dynamodb.GetItem": 1}, {"dynamodb.GetItem": 0})

    assert milliseconds(function(calls=calls)) == 14
    assert milliseconds(function(memory_mb=442, calls=calls)) == 45


def test_a_standard_saga_is_billed_by_transition_and_an_express_saga_by_duration() -> None:
    order = usage(
        functions={"StartFulfilmentFunction": function(), "InventorySagaFunction": function()},
        transitions=12,
        steps={"InventorySagaFunction": 1},
    )
    rate = at_rate(order, 1, {})

    assert by_service(bill(order, rate, PRICES, "STANDARD"))["Step Functions"] == pytest.approx(300)
    # 10 ms plus 12 * 25 ms, rounded up to 100 ms, at 64 MB.
    express = 1 + 0.4 / 16 * 16.67
    assert by_service(bill(order, rate, PRICES, "EXPRESS"))["Step Functions"] == pytest.approx(express)


def test_a_return_is_billed_for_its_refund_and_for_the_wait_for_the_operator() -> None:
    refund = usage(
        functions={"StartRefundFunction": function(), "PaymentsSagaFunction": function()},
        transitions=6,
        wait_transitions=4,
        steps={"PaymentsSagaFunction": 1},
    )
    rate = at_rate(refund, 1, {})

    assert by_service(bill(refund, rate, PRICES, "STANDARD"))["Step Functions"] == pytest.approx(250)
    # 10 ms plus 6 * 25 ms, rounded up to 100 ms, at 64 MB. The wait is a Standard run in both cases.
    express = 1 + 0.2 / 16 * 16.67 + 4 * 25
    assert by_service(bill(refund, rate, PRICES, "EXPRESS"))["Step Functions"] == pytest.approx(express)


def test_an_order_costs_less_at_a_higher_rate() -> None:
    order = usage(
        functions={
            "RelayEventsFunction": function(invocations=6, records=8, has_platform_logs=False),
            "ProjectEventsFunction": function(records=8, cpu_of_record=5.0),
        },
        streams={"OrdersTable": StreamUsage("RelayEventsFunction", invocations=6, records=8, events=8)},
        messages={"ProjectionQueue": 8},
    )
    consumers = {"ProjectEventsFunction": Queue(batch_size=10, concurrency=10)}
    bills = [total(bill(order, at_rate(order, rate, consumers), PRICES, "EXPRESS")) for rate in (1, 100, 10_000)]

    assert bills[0] > bills[1] > bills[2] > 0
    assert at_rate(order, 10_000, consumers).batches["ProjectEventsFunction"] == 10


def test_a_function_without_platform_logs_costs_less() -> None:
    loud, quiet = (usage(functions={"F": function(has_platform_logs=says)}) for says in (True, False))
    costs = [by_service(bill(order, at_rate(order, 1, {}), PRICES, "EXPRESS")) for order in (loud, quiet)]

    assert costs[0]["CloudWatch Logs"] == pytest.approx(PLATFORM_LOG_BYTES / 1024**3 * 0.5 * 1_000_000)
    assert "CloudWatch Logs" not in costs[1]


def test_a_full_batch_writes_fewer_bytes_for_an_order() -> None:
    relay = function(invocations=8, records=8, metrics=Fit(250, 20), messages=Fit(0, 200), has_platform_logs=False)
    order = usage(
        functions={"RelayEventsFunction": relay},
        streams={"OrdersTable": StreamUsage("RelayEventsFunction", invocations=8, records=8, events=8)},
    )

    def gigabytes(rate: float) -> float:
        lines = bill(order, at_rate(order, rate, {}), PRICES, "EXPRESS")
        return sum(line.units for line in lines if line.service == "CloudWatch Logs")

    assert gigabytes(0.1) == pytest.approx(8 * 470 / 1024**3)
    assert gigabytes(100) == pytest.approx((8 * 220 + 8 / 100 * 250) / 1024**3)


def test_less_telemetry_costs_less() -> None:
    order = usage(
        api_requests=1,
        functions={
            "OrdersApiFunction": function(messages=Fit(200, 0), metrics=Fit(250, 0), has_platform_logs=False),
            "StartFulfilmentFunction": function(has_platform_logs=False),
        },
    )
    consumers = {"StartFulfilmentFunction": Queue(batch_size=10, concurrency=10)}

    def costs(**telemetry: str) -> dict[str, float]:
        return by_service(bill(order, at_rate(order, 0.1, consumers), PRICES, "EXPRESS", Telemetry(**telemetry)))

    # At a low rate, X-Ray records every trace: of the request, and of the message that starts the saga.
    assert costs()["X-Ray"] == pytest.approx(2 * 5)
    assert costs(tracing="PassThrough")["X-Ray"] == pytest.approx(2 * 5 * 0.05)
    assert costs()["CloudWatch Logs"] == pytest.approx(450 / 1024**3 * 0.5 * 1_000_000)
    assert costs(log_level="WARNING")["CloudWatch Logs"] == pytest.approx(250 / 1024**3 * 0.5 * 1_000_000)


# Idle


def test_an_idle_stack_pays_for_alarms_and_for_polling() -> None:
    costs = {entry.what: entry.dollars for entry in idle(template(), {}, {}, PRICES, off={"SendsMail"})}
    polled = len(queues(template(), off={"SendsMail"}))
    of_stack = [each for each in template()["Resources"].values() if each.get("Condition") != "SendsMail"]
    alarms = sum(each["Type"] == "AWS::CloudWatch::Alarm" for each in of_stack)

    assert costs[f"{alarms} alarms"] == pytest.approx(alarms * 0.1 / 30.4375)
    polling = next(dollars for what, dollars in costs.items() if what.startswith(f"polling of {polled} queues"))
    assert polling == pytest.approx(polled * 15 * 1440 * 0.4 / 1_000_000)


def test_a_queue_that_a_condition_removes_is_not_polled() -> None:
    assert queues(template()).keys() - queues(template(), off={"SendsMail"}).keys() == {"SendNotificationsFunction"}


# What the documents quote


def test_the_stored_measurement_is_complete() -> None:
    measured = read()

    assert measured.keys() == {"STANDARD", "EXPRESS"}
    for shop in measured.values():
        assert shop.orders.keys() == {"confirmed", "declined", "cancelled"}
        assert shop.returns
    assert json.loads(FILE.read_text())["EXPRESS"]["orders"]["confirmed"]["api_requests"] == 1


def test_a_million_confirmed_orders_cost_less_than_fifty_dollars_with_the_express_saga() -> None:
    order = read()["EXPRESS"].orders["confirmed"]
    rate = at_rate(order, 100, queues(template(), off={"SendsMail"}))

    assert total(bill(order, rate, PRICES, "EXPRESS")) < 50
    assert total(bill(order, rate, PRICES, "EXPRESS", Telemetry("PassThrough", "WARNING"))) < 45


def test_the_saga_functions_and_the_silent_functions_are_read_from_the_template() -> None:
    assert "InventorySagaFunction" in saga_functions(template())
    refund = {"PaymentsSagaFunction", "InventorySagaFunction", "ReturnsSagaFunction"}
    assert saga_functions(template(), "RefundReturn") == refund
    assert {"InventorySagaFunction", "RelayEventsFunction"} <= silent_functions(template())
    assert "OrdersApiFunction" not in silent_functions(template())


def test_the_chart_names_each_service_once() -> None:
    svg = chart({"a": {"Lambda": 1.0, "S<3": 2.0}, "b": {"Lambda": 4.0}}, "Dollars")

    assert svg.count(">Lambda</text>") == 1
    assert "S&lt;3" in svg
    assert "$4.00" in svg
