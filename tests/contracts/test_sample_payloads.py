"""`events/` holds a sample payload for each function and route: `sam local invoke <Function> -e events/<name>.json`."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import boto3
import pytest

import archived_events
import customer_account
import dead_letter_queue
import deliver_webhooks
import order_store
import publisher
import rebuild_register
import rebuild_run
import send_notifications
from gateway import gateway
from kernel import saga_run
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import from_item
from kernel.money import Money
from order_store import Request
from rebuild_register import Latest
from tests.support.api_routes import ROUTES
from tests.support.openapi_document import route_of
from tests.support.published_events import assert_as_published
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.rebuild_on_moto import EventStoreOnMoto, use
from tests.support.saga_run import DEFINITION, lambda_context, module_of
from tests.support.sample_payloads import SAMPLES, entry_point_of_sample
from tests.support.shop_on_moto import ADDRESS, ShopOnMoto, set_environment
from tests.support.template import resources_of_type
from tests.support.webhooks import SECRETS, WebhookSender, signature

PRODUCT = {"name": "Cup", "unit_price": 250, "currency": "EUR", "stock": 10}
OUTCOMES = {
    "reserve_stock": "RESERVED",
    "release_stock": "UNDONE",
    "authorize_payment": "AUTHORIZED",
    "capture_payment": "CAPTURED",
    "void_payment": "UNDONE",
    "book_shipment": "BOOKED",
    "cancel_shipment": "UNDONE",
    "admit_waiting_order": "ADMITTED",
    "await_payment": "AWAITING",
    "confirm_order": "CONFIRMED",
    "reject_order": "REJECTED",
    "settle_order": "CONFIRMED",
    "request_attention": "NEEDS_ATTENTION",
    "request_review": "REQUESTED",
    "answer_review": "PLACED",
    "request_retry": "CONFIRMED",
    "answer_return": "ACCEPTED",
    "refund_lost_shipment": "ACCEPTED",
    "refund_payment": "REFUNDED",
    "restock_items": "RESTOCKED",
    "complete_return": "COMPLETED",
    "request_return_attention": "ACCEPTED",
    "resolve_return": "ACCEPTED",
}
SAGA_STEPS = {module_of(name) for name, state in DEFINITION["States"].items() if state["Type"] == "Task"}
STATUSES = {
    "list_products": 200,
    "put_product": 200,
    "adjust_stock": 200,
    "place_order": 202,
    "cancel_order": 202,
    "request_return": 202,
    "erase_customer": 200,
    "create_live_ticket": 201,
    "list_orders": 200,
    "get_order": 200,
    "list_order_events": 200,
    "search_orders": 200,
    "find_customer": 200,
    "list_dead_letters": 200,
    "redrive_dead_letters": 202,
    "trace_order": 200,
    "locate_events": 200,
    "move_shipment": 202,
    "plan_faults_of_next_order": 200,
    "plan_faults": 200,
    "get_faults": 200,
    "list_tasks": 200,
    "resolve_task": 200,
    "start_rebuild": 202,
    "get_rebuild": 200,
}
CONFIRMED = ["reserve_stock", "authorize_payment", "book_shipment", "confirm_order", "capture_payment"]
ACCEPTED = [*CONFIRMED, "request_return", "answer_return"]
BEFORE = {
    "request_return": CONFIRMED,
    "answer_return": [*CONFIRMED, "request_return"],
    "refund_lost_shipment": CONFIRMED,
    "refund_payment": ACCEPTED,
    "restock_items": ACCEPTED,
    "complete_return": ACCEPTED,
    "request_return_attention": ACCEPTED,
    "resolve_return": [*ACCEPTED, "request_return_attention"],
    "capture_payment": ["authorize_payment"],
    "settle_order": ["confirm_order"],
    "answer_review": ["request_review"],
    "request_retry": ["confirm_order", "request_attention"],
    "resolve_task": ["open_task"],
    "move_shipment": ["book_shipment"],
}


def invoke(sample: str) -> Any:
    module = entry_point_of_sample(sample)
    return import_module(module).handler(SAMPLES[sample], lambda_context(module))


def prepare(samples: Iterable[str]) -> None:
    """Invoke samples, and project the events that they lead to."""
    shop = ShopOnMoto()
    for sample in samples:
        invoke(sample)
        shop.deliver()


@pytest.fixture
def sample_store(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> EventStoreOnMoto:
    """Give an event store with the object and the rebuild that the samples name."""
    store = use(EventStoreOnMoto(monkeypatch.setenv), monkeypatch.setattr)
    store.put(SAMPLES["replay_object"]["Key"].removeprefix("events/"), b"garbage")
    rebuild_id = SAMPLES["end_rebuild"]["rebuild_id"]
    rebuild_register.claim(Latest(rebuild_id, "2026-11-20T15:00:00.000000Z"), instead_of=None)
    rebuild_run.start(rebuild_id)
    store.step_functions.end(rebuild_id, "SUCCEEDED")
    return store


@pytest.fixture
def sample_shop(shop: ShopOnMoto, sample_store: EventStoreOnMoto, monkeypatch: pytest.MonkeyPatch) -> ShopOnMoto:
    """Give a shop with the product and the order that the samples name, in the services and the views."""
    dead_letter_queue.sqs.cache_clear()
    monkeypatch.setattr(dead_letter_queue, "POLL_SECONDS", 0)
    queues = QueuesOnMoto(monkeypatch.setenv)
    for variable, queue in {
        "PAYMENT_WEBHOOKS_QUEUE_URL": "PaymentWebhooksQueue",
        "CARRIER_WEBHOOKS_QUEUE_URL": "CarrierWebhooksQueue",
        "SANDBOX_DELIVERIES_QUEUE_URL": "SandboxDeliveriesQueue",
    }.items():
        monkeypatch.setenv(variable, queues.urls[queue])
    archived_events._s3.cache_clear()  # noqa: SLF001 (the next client belongs to this test's moto)
    monkeypatch.setenv("EVENT_BUFFER_SECONDS", "60")
    monkeypatch.setenv("LOG_GROUP_NAMES", "{}")
    shop.call("PUT", "/products/CUP-1", PRODUCT, claims=shop.operator())
    placed = CloudEvent.model_validate_json(SAMPLES["start_fulfilment"]["Records"][0]["body"])
    order_store.create(placed, Request("fingerprint", ADDRESS))
    shop.deliver()
    return shop


def test_every_function_has_its_sample() -> None:
    handlers = {
        function["Properties"]["Handler"].removesuffix(".handler")
        for function in resources_of_type("AWS::Serverless::Function").values()
    }

    assert {entry_point_of_sample(sample) for sample in SAMPLES} == handlers


def test_every_route_has_its_sample() -> None:
    requests = [sample for sample in SAMPLES.values() if "httpMethod" in sample]

    assert {route_of(sample["httpMethod"], sample["path"]) for sample in requests} == set(map(str, ROUTES))


def test_the_sample_of_a_step_is_named_after_it() -> None:
    steps = {name: sample["step"] for name, sample in SAMPLES.items() if "step" in sample}

    assert steps.keys() == OUTCOMES.keys() | SAGA_STEPS & SAMPLES.keys()
    assert all(name == module_of(step) for name, step in steps.items())


@pytest.mark.usefixtures("sample_shop")
@pytest.mark.parametrize(("sample", "status"), STATUSES.items())
def test_a_sample_request_succeeds(sample: str, status: int, called: list[str]) -> None:
    prepare(BEFORE.get(sample, ()))

    assert invoke(sample)["statusCode"] == status


@pytest.mark.usefixtures("sample_shop")
@pytest.mark.parametrize("sample", [sample for sample in STATUSES if sample != "list_products"])
def test_a_sample_request_is_signed_in_on_sam_local_too(
    monkeypatch: pytest.MonkeyPatch, sample: str, called: list[str]
) -> None:
    context = {name: value for name, value in SAMPLES[sample]["requestContext"].items() if name != "authorizer"}
    monkeypatch.setitem(SAMPLES[sample], "requestContext", context)
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")
    prepare(BEFORE.get(sample, ()))

    assert invoke(sample)["statusCode"] == STATUSES[sample]


@pytest.mark.usefixtures("sample_shop")
@pytest.mark.parametrize("sample", sorted(OUTCOMES.keys() | SAGA_STEPS & SAMPLES.keys()))
def test_a_sample_command_succeeds(sample: str) -> None:
    prepare(BEFORE.get(sample, ()))

    outcome = invoke(sample)["outcome"]

    assert outcome == OUTCOMES.get(sample, outcome)


def test_the_samples_of_the_saga_hold_what_it_sends(sample_shop: ShopOnMoto) -> None:
    order_id = SAMPLES["confirm_order"]["order_id"]
    sent = sample_shop.saga_input(order_id)

    for sample in ("reserve_stock", "authorize_payment", "book_shipment"):
        assert SAMPLES[sample].keys() <= {"step", *sent}
        assert [SAMPLES[sample][name] for name in ("items", "amount", "payment_method") if name in SAMPLES[sample]] == [
            sent[name] for name in ("items", "amount", "payment_method") if name in SAMPLES[sample]
        ]


def test_the_sample_of_the_projector_shows_in_the_views(shop: ShopOnMoto) -> None:
    assert invoke("project_events") == {"batchItemFailures": []}

    order = json.loads(invoke("get_order")["body"])
    products = shop.call("GET", "/products").document["products"]
    assert (order["status"], order["stock"]) == ("PLACED", {"status": "RESERVED"})
    assert products[0]["available"] == 8


def test_the_samples_of_live_updates_are_handled(shop: ShopOnMoto) -> None:
    assert invoke("live_connections") == {"statusCode": 403}, "its ticket is unknown"

    invoke("push_changes")


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of the calls to services that moto does not fake here."""
    calls: list[str] = []

    class Engine:
        exceptions = type("exceptions", (), {"ExecutionAlreadyExists": KeyError})

        def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
            return lambda **_: calls.append(name) or {"FailedPutCount": 0}

    monkeypatch.setattr(saga_run, "step_functions", Engine)
    monkeypatch.setattr(publisher, "_firehose", Engine)
    monkeypatch.setattr(publisher, "_sns", Engine)
    monkeypatch.setattr(send_notifications, "_ses", Engine)
    monkeypatch.setattr(customer_account, "delete", lambda _: True)
    monkeypatch.setattr(customer_account, "is_operator", lambda _: False)
    monkeypatch.setattr(customer_account, "ids_of", lambda _: [])
    monkeypatch.setenv("REVIEW_TIMEOUT_SECONDS", "0")
    for name in (
        "FULFIL_ORDER_STATE_MACHINE_ARN",
        "REFUND_RETURN_STATE_MACHINE_ARN",
        "ATTEND_ORDER_STATE_MACHINE_ARN",
        "EVENT_DELIVERY_STREAM_NAME",
        "ORDER_EVENTS_TOPIC_ARN",
    ):
        monkeypatch.setenv(name, str(uuid4()))
    return calls


@pytest.mark.usefixtures("sample_shop")
def test_the_sample_of_a_payment_webhook_is_processed() -> None:
    prepare(["authorize_payment"])

    assert invoke("payment_webhooks") == {"batchItemFailures": []}


def test_the_sample_of_a_carrier_webhook_is_processed(sample_shop: ShopOnMoto) -> None:
    prepare(["book_shipment"])

    assert invoke("carrier_webhooks") == {"batchItemFailures": []}
    order_id = SAMPLES["book_shipment"]["order_id"]
    assert sample_shop.item("Shipping", order_id=order_id)["status"] == "DISPATCHED"


@pytest.mark.usefixtures("sample_shop")
def test_the_sample_of_the_starter_starts_a_run(called: list[str]) -> None:
    assert invoke("start_fulfilment") == {"batchItemFailures": []}
    assert called == ["start_execution"]


@pytest.mark.usefixtures("sample_shop")
@pytest.mark.parametrize("sample", ["start_refund", "sweep_returns"])
def test_the_sample_of_an_accepted_return_starts_a_refund(
    sample: str, called: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIET_SECONDS", "0")
    prepare(ACCEPTED)

    invoke(sample)

    assert called == ["start_execution"]


def test_the_sample_of_the_sweeper_runs_an_order_again(
    shop: ShopOnMoto, called: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.place((shop.product(), 1))
    monkeypatch.setenv("QUIET_SECONDS", "0")

    assert invoke("sweep_orders") == {"run_again": 1}
    assert called == ["start_execution"]


@pytest.mark.usefixtures("sample_shop")
def test_the_sample_that_requests_an_operator_starts_a_wait(called: list[str]) -> None:
    assert invoke("attend_orders") == {"batchItemFailures": []}
    assert called == ["start_execution"]


@pytest.mark.usefixtures("sample_shop")
@pytest.mark.parametrize("sample", ["close_tasks", "chase_tasks"])
def test_a_sample_that_ends_a_task_resumes_the_waiting_execution(sample: str, called: list[str]) -> None:
    assert invoke("open_task") == {"batchItemFailures": []}

    invoke(sample)

    assert called == ["send_task_success"]
    assert json.loads(invoke("list_tasks")["body"]) == {"tasks": []}


def test_the_sample_of_the_relay_is_relayed(called: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch.setenv)
    invoke("relay_events")

    assert called == ["put_record_batch", "publish_batch"]


@pytest.mark.usefixtures("sample_shop")
def test_the_sample_of_the_republication_is_published(called: list[str]) -> None:
    assert invoke("republish_events") == {"batchItemFailures": []}
    assert called == ["put_record_batch", "publish_batch"]


@pytest.mark.filterwarnings("ignore:Couldn't determine the remaining time left")
@pytest.mark.usefixtures("sample_shop")
def test_the_sample_of_the_notifications_sends_an_email(called: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_notifications, "email_of", lambda _: "alice@example.com")
    monkeypatch.setattr(send_notifications, "MAX_EVENT_AGE", timedelta(days=36500))  # the sample's date is in the past
    monkeypatch.setenv("NOTIFICATION_SENDER", "shop@example.com")
    monkeypatch.setenv("NOTIFICATIONS_TABLE_NAME", "Notifications")

    assert invoke("send_notifications") == {"batchItemFailures": []}
    assert called == ["send_email"]


def test_the_samples_of_the_rebuild_report_unreadable_data(shop: ShopOnMoto, sample_store: EventStoreOnMoto) -> None:
    assert invoke("replay_object") == {"applied": 0, "unreadable": 1}
    assert invoke("end_rebuild") == {"failed_objects": 0, "next": "END"}

    (line,) = sample_store.lines(json.loads(invoke("get_rebuild")["body"])["result_file"])
    assert line["key"] == SAMPLES["replay_object"]["Key"]


@pytest.mark.usefixtures("sample_shop")
def test_the_sample_of_the_bank_decides_a_payment_that_waits() -> None:
    amount = Money.model_validate(SAMPLES["authorize_payment"]["amount"])
    gateway().authorize(SAMPLES["authorize_payment"]["order_id"], amount, "pm_requires_action")

    assert invoke("decide_payment")["statusCode"] == 202


@pytest.mark.parametrize("sample", ["receive_payment_webhook", "receive_carrier_webhook"])
def test_the_sample_of_a_webhook_is_valid_except_for_its_old_signature(
    sample_shop: ShopOnMoto, sample: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebhookSender(sample_shop, monkeypatch.setenv)
    assert invoke(sample)["statusCode"] == 401

    provider = SAMPLES[sample]["path"].rpartition("/")[2]
    headers = signature(SECRETS[provider][0], SAMPLES[sample]["body"])
    monkeypatch.setitem(SAMPLES[sample], "multiValueHeaders", {name: [value] for name, value in headers.items()})
    assert invoke(sample)["statusCode"] == 202


def test_the_sample_of_the_sandbox_deliveries_is_posted(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    posted = []
    monkeypatch.setattr(deliver_webhooks, "urlopen", lambda request, **_: nullcontext(posted.append(request)))
    monkeypatch.setenv("API_URL", "https://api.example/api")
    WebhookSender(shop, monkeypatch.setenv)

    assert invoke("deliver_webhooks") == {"batchItemFailures": []}
    assert [request.full_url for request in posted] == ["https://api.example/api/webhooks/payments"]


def test_the_sample_of_the_webhook_secret_is_answered(shop: ShopOnMoto) -> None:
    secret_id = SAMPLES["create_webhook_secret"]["ResourceProperties"]["SecretArn"]
    boto3.client("secretsmanager").create_secret(Name=secret_id)

    invoke("create_webhook_secret")

    assert boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"]


def test_the_sample_of_the_emptied_bucket_is_answered() -> None:
    # A data URL accepts the response without a network. The creation of a bucket empties nothing.
    assert SAMPLES["empty_bucket"]["ResponseURL"] == "data:,"
    invoke("empty_bucket")


def events_in(payload: Any) -> Iterator[dict[str, Any]]:
    """Yield the CloudEvents in a payload, however they are wrapped: as JSON, as text, or as DynamoDB's JSON."""
    if isinstance(payload, str) and payload.startswith("{"):
        yield from events_in(json.loads(payload))
    elif isinstance(payload, list):
        for member in payload:
            yield from events_in(member)
    elif isinstance(payload, dict) and "NewImage" in payload:
        yield from events_in(from_item(payload["NewImage"]))
    elif isinstance(payload, dict) and "specversion" in payload:
        yield payload
    elif isinstance(payload, dict):
        yield from events_in(list(payload.values()))


def test_the_events_in_the_samples_conform_to_the_published_schemas() -> None:
    found = {name: list(events_in(sample)) for name, sample in SAMPLES.items()}

    assert {name for name, events in found.items() if events} >= {
        "attend_orders",
        "close_tasks",
        "project_events",
        "relay_events",
        "send_notifications",
        "start_fulfilment",
    }
    for events in found.values():
        for event in events:
            assert_as_published(CloudEvent.model_validate(event).document())


def test_no_sample_holds_a_signed_token() -> None:
    signed_in = [sample for sample in SAMPLES.values() if "Authorization" in sample.get("headers", {})]

    assert signed_in
    assert all(sample["headers"]["Authorization"].endswith(".unsigned") for sample in signed_in)
