"""Webhooks: signatures, the inbox, the queue, and the creation of the secret."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import boto3
import pytest
from botocore.client import BaseClient

import create_webhook_secret
import webhook_inbox
import webhook_signature
from kernel import custom_resource, webhook_secret
from kernel.provider_webhook import ProviderWebhook
from tests.support.problem_document import assert_problem
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.shop_on_moto import Response, ShopOnMoto
from tests.support.webhooks import (
    OTHER_SECRET,
    SECRETS,
    WebhookSender,
    payment_webhook,
    shipment_webhook,
    signature,
)

ORDER_ID = "7d0c2f1e-5b1a-5c53-9f0a-3f1f6f0f4f01"
SECRET = SECRETS["payments"][0]
QUEUES = {"payments": "PaymentWebhooksQueue", "carrier": "CarrierWebhooksQueue"}
BODY = json.dumps(payment_webhook(ORDER_ID))
# A body that is text in another encoding, and UTF-8 with a byte that it never contains.
NOT_UTF_8 = [BODY.encode("utf-16"), b"\xff" + BODY.encode()]


@pytest.fixture
def queues(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> QueuesOnMoto:
    queues = QueuesOnMoto(monkeypatch.setenv)
    monkeypatch.setenv("PAYMENT_WEBHOOKS_QUEUE_URL", queues.urls["PaymentWebhooksQueue"])
    monkeypatch.setenv("CARRIER_WEBHOOKS_QUEUE_URL", queues.urls["CarrierWebhooksQueue"])
    return queues


@pytest.fixture
def sender(shop: ShopOnMoto, queues: QueuesOnMoto, monkeypatch: pytest.MonkeyPatch) -> WebhookSender:
    monkeypatch.setattr(webhook_signature, "_refresh", webhook_signature.Interval(webhook_signature.REFRESH_SECONDS))
    return WebhookSender(shop, monkeypatch.setenv)


def stored(sender: WebhookSender) -> list[dict[str, Any]]:
    return sender.shop.items("WebhookInbox")


def assert_refused(sender: WebhookSender, queues: QueuesOnMoto, response: Response) -> None:
    """Assert that the response tells nothing, and that the webhook had no effect."""
    assert_problem(response, 401)
    assert response.document["detail"] == "The webhook has no valid signature: sign it as Standard Webhooks specifies."
    assert stored(sender) == []
    assert [queues.messages(queue) for queue in QUEUES.values()] == [[], []]


def changed(**headers: str) -> dict[str, str]:
    """Return valid headers with these changed."""
    return signature(SECRET, BODY) | {name.replace("_", "-"): value for name, value in headers.items()}


def without(name: str) -> dict[str, str]:
    return {each: value for each, value in signature(SECRET, BODY).items() if each != name}


@pytest.mark.parametrize(
    ("provider", "body", "message"),
    [
        (
            "payments",
            payment_webhook(ORDER_ID, "payment.failed", reason="Karte gesperrt ✋"),
            {"order_id": ORDER_ID, "amount": 1500, "currency": "EUR", "reason": "Karte gesperrt ✋"},
        ),
        (
            "carrier",
            shipment_webhook(ORDER_ID, "shipment.lost", place="Ulm"),
            {"order_id": ORDER_ID, "tracking_number": "SANDBOX-7D0C2F1E"},
        ),
    ],
)
def test_an_authentic_webhook_is_stored_and_queued(
    sender: WebhookSender, queues: QueuesOnMoto, provider: str, body: dict[str, Any], message: dict[str, Any]
) -> None:
    response = sender.send(provider, body, webhook_id="msg_1")

    assert (response.status, response.document) == (202, {"webhook_id": "msg_1", "status": "RECEIVED"})
    (text,) = queues.bodies(QUEUES[provider])
    queued = ProviderWebhook.model_validate_json(text)
    assert (queued.webhook_id, queued.type, queued.data) == ("msg_1", body["type"], message)
    item = sender.shop.item("WebhookInbox", delivery=f"{provider}#msg_1")
    assert (item["type"], json.loads(item["body"])) == (body["type"], body)
    assert item["queued_at"] >= item["received_at"]


def test_the_signature_covers_the_bytes_of_a_base64_encoded_body(sender: WebhookSender, queues: QueuesOnMoto) -> None:
    text = f"\n{BODY} "
    changes = {"body": base64.b64encode(text.encode()).decode(), "isBase64Encoded": True}

    assert sender.send("payments", text, changes=changes).status == 202
    assert len(queues.bodies("PaymentWebhooksQueue")) == 1


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(dict, id="no signature"),
        *(pytest.param(partial(without, name), id=f"no {name}") for name in webhook_signature.HEADERS),
        pytest.param(lambda: signature(OTHER_SECRET, BODY), id="another secret"),
        pytest.param(lambda: signature(SECRETS["carrier"][0], BODY), id="the secret of another provider"),
        pytest.param(lambda: signature(SECRET, BODY.replace("1500", "1")), id="the signature of another body"),
        pytest.param(lambda: changed(webhook_id="msg_other"), id="another id"),
        pytest.param(lambda: signature(SECRET, BODY, age=timedelta(minutes=6)), id="an old signature"),
        pytest.param(lambda: signature(SECRET, BODY, age=timedelta(minutes=-6)), id="a signature of the future"),
        *(
            pytest.param(partial(changed, webhook_timestamp=value), id=f"the timestamp {value[:9]!r}")
            for value in ("", "now", "nan", "inf", "-inf", "-1", "1e400", "9" * 400, "١٢٣")
        ),
        *(
            pytest.param(partial(changed, webhook_signature=value), id=f"the signature {value!r}")
            for value in ("", " ", "v1", "v1,", "v1,a", "v1,!", "v1,ä", "v1,a,b", "v2,YQ==", "v1,YQ== v1", "\ud800")
        ),
    ],
)
def test_a_webhook_without_a_valid_signature_changes_and_tells_nothing(
    sender: WebhookSender,
    queues: QueuesOnMoto,
    headers: Callable[[], dict[str, str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert_refused(sender, queues, sender.send("payments", BODY, headers=headers()))
    assert '"WebhookSignatureFailures":[1.0]' in capsys.readouterr().out


@pytest.mark.parametrize("body", [*NOT_UTF_8, b"", BODY.encode() + b" "])
def test_other_bytes_than_the_signed_ones_are_refused(sender: WebhookSender, queues: QueuesOnMoto, body: bytes) -> None:
    changes = {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}

    assert_refused(sender, queues, sender.send("payments", BODY, changes=changes))


@pytest.mark.parametrize(
    "changes", [{"body": None}, {"body": BODY.replace("EUR", "\ud800")}, {"body": BODY + "\ufffd"}]
)
def test_a_body_that_api_gateway_replaced_is_refused(
    sender: WebhookSender, queues: QueuesOnMoto, changes: dict[str, Any]
) -> None:
    assert_refused(sender, queues, sender.send("payments", BODY, changes=changes))


def test_a_repeated_header_is_refused(sender: WebhookSender, queues: QueuesOnMoto) -> None:
    headers = signature(SECRET, BODY)
    multiple = {name: [value] for name, value in headers.items()} | {"webhook-id": [headers["webhook-id"], "other"]}

    response = sender.send("payments", BODY, headers=headers, changes={"multiValueHeaders": multiple})

    assert_refused(sender, queues, response)


def test_the_names_of_the_headers_are_case_insensitive(sender: WebhookSender) -> None:
    headers = {name.title(): value for name, value in signature(SECRET, BODY).items()}

    assert sender.send("payments", BODY, headers=headers).status == 202


def test_one_of_several_signatures_is_enough(sender: WebhookSender) -> None:
    headers = signature(SECRET, BODY)
    headers["webhook-signature"] = f"v1,YQ== v1a,YQ== {headers['webhook-signature']}"

    assert sender.send("payments", BODY, headers=headers).status == 202


@pytest.mark.parametrize("secret", [SECRET, OTHER_SECRET])
def test_during_a_rotation_both_secrets_are_valid(sender: WebhookSender, secret: str) -> None:
    sender.store_secrets(payments=[OTHER_SECRET, SECRET])

    assert sender.send("payments", BODY, secret=secret).status == 202


def test_a_new_secret_is_valid_at_once_although_the_old_one_is_cached(
    sender: WebhookSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sender.send("payments", BODY).status == 202
    sender.store_secrets(payments=[OTHER_SECRET])

    assert sender.send("payments", BODY, secret=OTHER_SECRET).status == 202
    assert sender.send("payments", BODY).status == 401


def test_forged_webhooks_do_not_cause_a_call_each(sender: WebhookSender) -> None:
    real, calls = vars(BaseClient)["_make_api_call"], []

    def count(client: BaseClient, operation: str, arguments: object) -> Any:
        calls.append(operation)
        return real(client, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", count):
        for _ in range(20):
            assert sender.send("payments", BODY, secret=OTHER_SECRET).status == 401
        sender.send("payments", BODY, headers={})

    assert calls.count("GetSecretValue") == 2


def test_a_refresh_is_due_again_after_the_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([100.0, 159.0, 160.0, 161.0])
    monkeypatch.setattr(webhook_signature.time, "monotonic", lambda: next(moments))
    interval = webhook_signature.Interval(60)

    assert [interval.is_due() for _ in range(4)] == [True, False, True, False]


def test_a_repeated_delivery_changes_nothing(sender: WebhookSender, queues: QueuesOnMoto) -> None:
    first = sender.send("payments", BODY, webhook_id="msg_1")
    (item,) = stored(sender)

    repeated = [sender.send("payments", BODY, webhook_id="msg_1") for _ in range(2)]

    assert [(each.status, each.document) for each in repeated] == [(first.status, first.document)] * 2
    assert stored(sender) == [item]
    assert len(queues.bodies("PaymentWebhooksQueue")) == 1


def test_the_providers_ids_do_not_meet(sender: WebhookSender, queues: QueuesOnMoto) -> None:
    sender.send("payments", BODY, webhook_id="msg_1")
    sender.send("carrier", shipment_webhook(ORDER_ID), webhook_id="msg_1")

    assert [len(queues.bodies(queue)) for queue in QUEUES.values()] == [1, 1]


def test_a_delivery_that_stopped_before_its_message_is_queued_by_the_next_one(
    sender: WebhookSender, queues: QueuesOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(webhook_inbox, "_queue", stop)
        assert sender.send("payments", BODY, webhook_id="msg_1").status == 500
    assert len(stored(sender)) == 1
    assert queues.bodies("PaymentWebhooksQueue") == []

    assert sender.send("payments", BODY, webhook_id="msg_1").status == 202
    assert len(queues.bodies("PaymentWebhooksQueue")) == 1
    assert sender.send("payments", BODY, webhook_id="msg_1").status == 202
    assert len(queues.bodies("PaymentWebhooksQueue")) == 1


def test_a_webhook_is_stored_for_thirty_days(sender: WebhookSender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_inbox.time, "time", lambda: 1_800_000_000.9)

    with patch.object(webhook_signature, "is_authentic", return_value=True):
        sender.send("payments", BODY, webhook_id="msg_1")

    assert sender.shop.item("WebhookInbox", delivery="payments#msg_1")["expires_at"] == 1_800_000_000 + 30 * 86400


def test_a_webhook_of_an_unknown_type_is_stored_and_not_queued(sender: WebhookSender, queues: QueuesOnMoto) -> None:
    body = payment_webhook(ORDER_ID, "payment.disputed") | {"data": {"anything": ["at all"]}}

    assert [sender.send("payments", body, webhook_id="msg_1").status for _ in range(2)] == [202, 202]

    assert sender.shop.item("WebhookInbox", delivery="payments#msg_1")["type"] == "payment.disputed"
    assert queues.bodies("PaymentWebhooksQueue") == []


@pytest.mark.parametrize("timestamp", ["2026-11-20T15:40:00Z", "2026-11-20T15:40:00.5+02:00"])
def test_any_rfc_3339_timestamp_is_accepted(sender: WebhookSender, timestamp: str) -> None:
    assert sender.send("payments", payment_webhook(ORDER_ID) | {"timestamp": timestamp}).status == 202


def lacking(name: str) -> dict[str, Any]:
    return {member: value for member, value in payment_webhook(ORDER_ID).items() if member != name}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("not JSON", [], id="not JSON"),
        pytest.param("[" * 5000, [], id="deep"),
        pytest.param('{"type": "\\ud800"}', [], id="a lone surrogate"),
        pytest.param([], [""], id="a list"),
        pytest.param(lacking("type"), ["/type"], id="no type"),
        pytest.param(lacking("timestamp"), ["/timestamp"], id="no timestamp"),
        pytest.param(lacking("data"), ["/data"], id="no data"),
        pytest.param(payment_webhook(ORDER_ID) | {"timestamp": "soon"}, ["/timestamp"], id="timestamp"),
        pytest.param(payment_webhook(ORDER_ID) | {"timestamp": "2026-11-20T15:40:00"}, ["/timestamp"], id="time zone"),
        pytest.param(payment_webhook("1; DROP TABLE"), ["/data/order_id"], id="order id"),
        pytest.param(payment_webhook(ORDER_ID + "\n"), ["/data/order_id"], id="order id with a line break"),
        pytest.param(payment_webhook(ORDER_ID, amount="1500"), ["/data/amount"], id="amount as text"),
        pytest.param(payment_webhook(ORDER_ID, amount=True), ["/data/amount"], id="amount as boolean"),
        pytest.param(payment_webhook(ORDER_ID, amount=-1), ["/data/amount"], id="negative amount"),
        pytest.param(payment_webhook(ORDER_ID, currency="XXZ"), ["/data/currency"], id="currency"),
        pytest.param(payment_webhook(ORDER_ID, reason="a\x1b[2J"), ["/data/reason"], id="reason"),
    ],
)
def test_an_authentic_webhook_that_is_not_valid_is_a_422(
    sender: WebhookSender, queues: QueuesOnMoto, body: object, pointers: list[str]
) -> None:
    response = sender.send("payments", body)

    assert_problem(response, 422, *pointers)
    assert stored(sender) == []
    assert queues.bodies("PaymentWebhooksQueue") == []


@pytest.mark.parametrize("webhook_id", ["x" * 201, "a b", "\u00fc"])
def test_an_authentic_webhook_with_an_invalid_id_is_a_422(sender: WebhookSender, webhook_id: str) -> None:
    assert_problem(sender.send("payments", BODY, webhook_id=webhook_id), 422)
    assert stored(sender) == []


def test_a_body_of_more_than_64_kb_is_a_413(sender: WebhookSender) -> None:
    limit = 64 * 1024
    largest = BODY + " " * (limit - len(BODY))

    assert sender.send("payments", largest).status == 202
    assert_problem(sender.send("payments", largest + " "), 413)
    assert_problem(sender.send("payments", largest + " ", headers={}), 413)
    assert_problem(sender.send("payments", largest[:-1] + "\u00fc"), 413)


def test_a_body_that_is_not_base64_is_a_400(sender: WebhookSender) -> None:
    for body in ("a", "\u00fc"):
        assert_problem(sender.send("payments", BODY, changes={"body": body, "isBase64Encoded": True}), 400)


def test_an_unknown_provider_is_a_404(sender: WebhookSender) -> None:
    response = sender.shop.call("POST", "/webhooks/bank", {}, entry_point="receive_webhook")

    assert_problem(response, 404)


class Answers:
    """Stands for the response URL of CloudFormation."""

    def __init__(self) -> None:
        self.statuses: list[str] = []

    def __call__(self, request: Any, timeout: float) -> "Answers":
        assert timeout < 60
        self.statuses.append(json.loads(request.data)["Status"])
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def request_secret(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Give a function that sends a request of CloudFormation, and returns the status of the response."""
    answers = Answers()
    monkeypatch.setattr(custom_resource, "urlopen", answers)

    def send(request: str, secret_arn: str) -> str:
        event = {
            "RequestType": request,
            "ResponseURL": "https://cloudformation.example/answer",
            "StackId": "arn:stack",
            "RequestId": "1",
            "LogicalResourceId": "CreatedWebhookSecret",
            "ResourceProperties": {"SecretArn": secret_arn},
        }
        create_webhook_secret.handler(event, None)
        return answers.statuses[-1]

    return send


def value_of(secret_arn: str) -> dict[str, list[str]]:
    value: dict[str, list[str]] = json.loads(
        boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)["SecretString"]
    )
    return value


def new_secret(**value: str) -> str:
    return str(boto3.client("secretsmanager").create_secret(Name=str(uuid4()), **value)["ARN"])


def test_a_new_stack_gets_a_secret_for_each_provider(
    request_secret: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_arn = new_secret()

    assert request_secret("Create", secret_arn) == "SUCCESS"

    value = value_of(secret_arn)
    ((payments,), (carrier,)) = value["payments"], value["carrier"]
    assert value.keys() == {"payments", "carrier"}
    assert payments != carrier
    for secret in (payments, carrier):
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    monkeypatch.setenv("WEBHOOK_SECRET_ARN", secret_arn)
    assert webhook_secret.webhook_secrets() == value


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_a_secret_with_a_value_never_changes(request_secret: Callable[[str, str], str], request_type: str) -> None:
    secret_arn = new_secret(SecretString=json.dumps(SECRETS))

    assert request_secret(request_type, secret_arn) == "SUCCESS"
    assert value_of(secret_arn) == SECRETS


def test_a_failure_is_reported_to_cloudformation(
    request_secret: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> bool:
        raise RuntimeError("no access")

    monkeypatch.setattr(create_webhook_secret, "_has_value", refuse)

    assert request_secret("Create", new_secret()) == "FAILED"
