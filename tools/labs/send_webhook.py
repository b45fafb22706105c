"""Send a webhook about the parcel of alice's newest order, as the carrier or a forger would. Used in lab 10.

python -m tools.labs.send_webhook shipment.dispatched [times=3] [secret=forged] [age=600]
"""

import json
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from standardwebhooks import Webhook

from tools.labs.lab_state import LabState
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.sign_in import shop_as
from tools.local_cloud.stack import Stack
from tools.terminal import show_order
from tools.terminal.shop import Json

FORGED_SECRET = "whsec_Zm9yZ2VkLXNlY3JldC1vZi1zb21lb25lLWVsc2U="  # noqa: S105 (an example)


def main(kind: str, cloud: LocalCloud, *, times: int = 1, secret: str = "", age: int = 0) -> Iterator[str]:
    """Sign a webhook and deliver it.

    Args:
        kind: The type of the webhook, such as `shipment.dispatched`.
        cloud: The local cloud with the stack.
        times: How often to deliver it. Each delivery has the same webhook id.
        secret: `forged` signs with another secret than the carrier's.
        age: The age of the signature in seconds.

    Yields:
        A line about each response.
    """
    stack = Stack.read(cloud.stack_file)
    with shop_as(stack, "alice") as shop:
        order = show_order.find(shop, None)
    webhook_id = f"msg_{uuid.uuid4().hex}"
    body = _body(kind, order)
    sent_at = datetime.now(UTC) - timedelta(seconds=age)
    key = FORGED_SECRET if secret == "forged" else _carrier_secret(stack)  # noqa: S105 (not a secret)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(key).sign(webhook_id, sent_at, body),
    }
    yield f"{kind} for order {order['order_id']}"
    for _ in range(times):
        response = httpx.post(
            f"{stack.api_url}/webhooks/carrier", content=body, headers=headers, timeout=60, trust_env=False
        )
        yield f"POST /webhooks/carrier: {response.status_code} {_said(response)}"


def _body(kind: str, order: Json) -> str:
    shipment = order.get("shipment") or {}
    if "tracking_number" not in shipment:
        raise LocalCloudError(f"Order {order['order_id']} has no parcel. Place one that has: make order")
    data = {"order_id": order["order_id"], "tracking_number": shipment["tracking_number"]}
    return json.dumps({"type": kind, "timestamp": datetime.now(UTC).isoformat(), "data": data})


def _carrier_secret(stack: Stack) -> str:
    client = LabState(ROOT, stack).aws.secrets_manager
    value = client.get_secret_value(SecretId=stack.outputs["WebhookSecretArn"])["SecretString"]
    return str(json.loads(value)["carrier"][0])


def _said(response: httpx.Response) -> str:
    document = response.json()
    return str(document.get("detail") or document.get("status"))


if __name__ == "__main__":
    try:
        given = dict(argument.split("=", 1) for argument in sys.argv[2:])
        lines = main(
            sys.argv[1],
            LocalCloud.of_developer(),
            times=int(given.get("times", 1)),
            secret=given.get("secret", ""),
            age=int(given.get("age", 0)),
        )
        for line in lines:
            print(line)  # noqa: T201 (output of a command)
    except FileNotFoundError:
        sys.exit("Nothing is deployed yet. Run `make up` first.")
    except (IndexError, ValueError):
        sys.exit("Which webhook? Example: python -m tools.labs.send_webhook shipment.dispatched times=3")
    except (LocalCloudError, BotoCoreError, ClientError, httpx.HTTPError) as error:
        sys.exit(f"{error}\nCheck with `make status` whether the stack is running.")
