"""Customers get one email about the decision, at their verified address. No log contains it."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

import customer_directory
import send_notifications
from kernel import queue_consumer
from kernel.cloud_event import Cause, CloudEvent
from kernel.observability import logger
from kernel.timestamps import timestamp
from order_email import compose_email
from order_events import OrderConfirmed, OrderRejected
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import ShopOnMoto
from tests.support.template import template

ADDRESS = "ada@example.com"
ORDERED = {
    "items": [{"sku": "CUP-1", "name": "Cup <b>& saucer</b>", "quantity": 2, "unit_price": 1050}],
    "total": 2100,
    "currency": "EUR",
}

# The function disables this logger and says why. pytest enables it again.
pytestmark = pytest.mark.filterwarnings("ignore:Couldn't determine the remaining time left")


class Ses:
    """A fake of SES. It keeps the emails, or fails on request."""

    def __init__(self) -> None:
        self.emails: list[dict[str, Any]] = []
        self.fault: Exception | None = None

    def send_email(self, **email: Any) -> dict[str, str]:
        self.emails.append(email)
        if self.fault:
            raise self.fault
        return {"MessageId": "1"}


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Ses:
    ses = Ses()
    monkeypatch.setattr(send_notifications, "_ses", lambda: ses)
    return ses


@pytest.fixture
def queues(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> QueuesOnMoto:
    queue_consumer._sqs.cache_clear()  # noqa: SLF001 (a client of this test's moto)
    customer_directory._user_pool.cache_clear()  # noqa: SLF001
    queues = QueuesOnMoto(monkeypatch.setenv)
    pool = boto3.client("cognito-idp").create_user_pool(PoolName="customers", UsernameAttributes=["email"])
    for name, value in {
        "DEAD_LETTER_QUEUE_URL": queues.urls["NotificationsDeadLetterQueue"],
        "NOTIFICATIONS_TABLE_NAME": "Notifications",
        "NOTIFICATION_SENDER": "shop@example.com",
        "USER_POOL_ID": pool["UserPool"]["Id"],
    }.items():
        monkeypatch.setenv(name, value)
    return queues


@pytest.fixture
def order_id(shop: ShopOnMoto, queues: QueuesOnMoto) -> str:
    """Give a confirmed order, in the views, of a customer with an email address."""
    shop.customer_id = sign_up("true")
    return confirmed_order(shop)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    stream = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream


def sign_up(verified: str) -> str:
    """Create a user. Return its id."""
    user = boto3.client("cognito-idp").admin_create_user(
        UserPoolId=send_notifications.setting("USER_POOL_ID"),
        Username=ADDRESS,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": ADDRESS}, {"Name": "email_verified", "Value": verified}],
    )["User"]
    return next(attribute["Value"] for attribute in user["Attributes"] if attribute["Name"] == "sub")


def confirmed_order(shop: ShopOnMoto) -> str:
    order_id = shop.place((shop.product(unit_price=1500), 2))
    shop.fulfil(order_id)
    shop.deliver()
    return order_id


def confirmed(order_id: str, at: datetime | None = None) -> CloudEvent:
    cause = Cause(at=timestamp(at or datetime.now(UTC)))
    return CloudEvent.of(OrderConfirmed(), source="orders", subject=order_id, sequence=2, cause=cause)


def tell(event: CloudEvent, receives: int = 1) -> list[Any]:
    """Deliver the event. Return the messages that SQS must deliver again."""
    record = {
        "messageId": "1",
        "body": json.dumps(event.document()),
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "eventSource": "aws:sqs",
    }
    answer = send_notifications.handler({"Records": [record]}, lambda_context("send_notifications"))
    return list(answer["batchItemFailures"])


def test_a_customer_gets_an_email_about_the_decision(ses: Ses, order_id: str) -> None:
    assert tell(confirmed(order_id)) == []

    (email,) = ses.emails
    content = email["Content"]["Simple"]
    assert email["FromEmailAddress"] == "shop@example.com"
    assert email["Destination"] == {"ToAddresses": [ADDRESS]}
    assert content["Subject"]["Data"] == "Your order is confirmed"
    for body in ("Text", "Html"):
        assert "2 x Kettle" in content["Body"][body]["Data"]
        assert "30.00 EUR" in content["Body"][body]["Data"]
        assert order_id in content["Body"][body]["Data"]


def test_duplicates_of_an_event_cause_one_email_and_another_event_its_own(ses: Ses, order_id: str) -> None:
    for _ in range(3):
        assert tell(confirmed(order_id)) == []
    assert len(ses.emails) == 1

    tell(CloudEvent.of(OrderConfirmed(), source="orders", subject=order_id, sequence=3, cause=Cause()))
    assert len(ses.emails) == 2


def test_an_email_that_ses_refuses_is_retried(ses: Ses, order_id: str) -> None:
    ses.fault = refusal("TooManyRequestsException")
    assert len(tell(confirmed(order_id))) == 1

    ses.fault = None
    assert tell(confirmed(order_id)) == []
    assert tell(confirmed(order_id)) == []
    assert len(ses.emails) == 2


def test_an_email_that_may_have_been_sent_is_not_retried(ses: Ses, order_id: str) -> None:
    ses.fault = ReadTimeoutError(endpoint_url="https://email.example")
    assert tell(confirmed(order_id)) == []

    ses.fault = None
    assert tell(confirmed(order_id)) == []
    assert len(ses.emails) == 1


def test_an_interrupted_attempt_is_not_retried_and_goes_to_the_dead_letter_queue(
    ses: Ses, queues: QueuesOnMoto, order_id: str
) -> None:
    ses.fault = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        tell(confirmed(order_id))

    ses.fault = None
    assert len(tell(confirmed(order_id))) == 1
    assert tell(confirmed(order_id), receives=5) == []
    assert len(ses.emails) == 1
    (buried,) = queues.messages("NotificationsDeadLetterQueue")
    assert "IdempotencyAlreadyInProgressError" in buried["MessageAttributes"]["cause"]["StringValue"]


def test_without_a_sender_no_email_is_sent_and_the_log_says_so(
    ses: Ses, order_id: str, logs: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFICATION_SENDER", "")

    assert tell(confirmed(order_id)) == []

    assert ses.emails == []
    assert "notifications are off" in logs.getvalue()
    assert template()["Parameters"]["NotificationSender"]["Default"] == ""


def test_the_email_of_an_order_that_is_not_projected_yet_is_retried(ses: Ses, queues: QueuesOnMoto) -> None:
    assert len(tell(confirmed("7d0c2f1e-5b1a-5c53-9f0a-3f1f6f0f4f01"))) == 1
    assert ses.emails == []


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize("who", ["unverified", "gone", "unknown id"])
def test_no_email_is_sent_to_an_unverified_address(ses: Ses, shop: ShopOnMoto, who: str) -> None:
    customers = {
        "unverified": sign_up("false"),
        "gone": "7d0c2f1e-5b1a-4c53-9f0a-3f1f6f0f4f01",
        "unknown id": '"or"sub^="',
    }
    shop.customer_id = customers[who]

    assert tell(confirmed(confirmed_order(shop))) == []

    assert ses.emails == []


def test_an_event_that_is_republished_much_later_causes_no_email(ses: Ses, order_id: str) -> None:
    assert tell(confirmed(order_id, at=datetime.now(UTC) - timedelta(days=8))) == []

    assert ses.emails == []
    assert send_notifications.MAX_EVENT_AGE < send_notifications.RECORD_LIFETIME


@pytest.mark.parametrize("receives", [1, 5])
def test_no_log_and_no_dead_letter_contains_personal_data(
    ses: Ses, queues: QueuesOnMoto, order_id: str, logs: StringIO, capsys: pytest.CaptureFixture[str], receives: int
) -> None:
    ses.fault = refusal("MessageRejected")
    tell(confirmed(order_id), receives)
    ses.fault = None
    tell(confirmed(order_id), receives)

    assert order_id in logs.getvalue()
    assert ADDRESS not in logs.getvalue() + "".join(capsys.readouterr())
    assert ADDRESS not in json.dumps(queues.messages("NotificationsDeadLetterQueue"))


def test_the_request_to_ses_is_valid(order_id: str) -> None:
    boto3.client("sesv2").create_email_identity(EmailIdentity="shop@example.com")
    send_notifications._ses.cache_clear()  # noqa: SLF001 (a client of this test's moto)

    assert tell(confirmed(order_id)) == []

    assert boto3.client("ses").get_send_quota()["SentLast24Hours"] == 1


def test_only_the_html_part_of_an_email_is_escaped() -> None:
    written = compose_email(confirmed("1"), ORDERED)

    assert "2 x Cup <b>& saucer</b>: 21.00 EUR" in written.text
    assert "2 x Cup &lt;b&gt;&amp; saucer&lt;/b&gt;" in written.html
    assert "<b>" not in written.html


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("PAYMENT_DECLINED", "Your card was declined."),
        ("UNKNOWN_PAYMENT_METHOD", "does not know this card"),
        ("SOMETHING_NEW", "contact us"),
    ],
)
def test_the_email_about_a_rejection_contains_the_reason(reason: str, words: str) -> None:
    rejected = OrderRejected(reason=reason, decided_by="saga")
    written = compose_email(CloudEvent.of(rejected, source="orders", subject="1", sequence=2, cause=Cause()), ORDERED)

    assert written.subject == "We could not accept your order"
    assert words in written.text
    assert words in written.html


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("EUR", "21.00 EUR"), ("JPY", "2100 JPY"), ("KWD", "2.100 KWD"), ("HUF", "21.00 HUF"), ("IQD", "2.100 IQD")],
)
def test_an_amount_has_its_currencys_decimals(currency: str, amount: str) -> None:
    assert f"Total: {amount}" in compose_email(confirmed("1"), ORDERED | {"currency": currency}).text


@pytest.mark.parametrize("broken", ["Cup\n  Total: 0.00 EUR", "Cup\r\n", "Cup\u2028x", "Cup\x85x"])
def test_a_line_break_in_a_name_cannot_forge_a_line_of_the_email(broken: str) -> None:
    forged = ORDERED | {"items": [ORDERED["items"][0] | {"name": broken}]}

    assert len(compose_email(confirmed("1"), forged).text.splitlines()) == len(
        compose_email(confirmed("1"), ORDERED).text.splitlines()
    )


def refusal(code: str) -> ClientError:
    message = f"Email address is not verified: {ADDRESS}"
    return ClientError({"Error": {"Code": code, "Message": message}}, "SendEmail")
