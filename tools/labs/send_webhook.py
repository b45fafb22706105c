"""Send a webhook about the parcel of alice's newest order, as the carrier or a forger would. Used in lab 10.

python -m tools.labs.send_webhook shipment.dispatched [times=3] [secret=forged] [age=600]
"""

import json
import sys
import uuid
from datetime import UTC, datetime, timedelta

import httpx
from standardwebhooks import Webhook

from tools.labs.lab_state import LabState
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.reachability import running_stack
from tools.local_cloud.sign_in import shop_as
from tools.local_cloud.stack import Stack
from tools.terminal import show_order
from tools.terminal.console import reports_errors
from tools.terminal.shop import Json

FORGED_SECRET = "whsec_Zm9yZ2VkLXNlY3JldC1vZi1zb21lb25lLWVsc2U="  # noqa: S105 (an example)


@reports_errors
def main(kind: str, *, times: int, is_forged: bool, age: int) -> int:
    """Sign a webhook, deliver it, and print the responses.

    Args:
        kind: The type of the webhook, such as `shipment.dispatched`.
        times: How often to deliver it. Each delivery has the same webhook id.
        is_forged: Whether to sign with another secret than the carrier's.
        age: The age of the signature in seconds.

    Returns:
        The exit status.
    """
    stack = running_stack(LocalCloud.of_developer())
    with shop_as(stack, "alice") as shop:
        order = show_order.find(shop, None)
    webhook_id = f"msg_{uuid.uuid4().hex}"
    body = _body(kind, order)
    sent_at = datetime.now(UTC) - timedelta(seconds=age)
    key = FORGED_SECRET if is_forged else _carrier_secret(stack)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(key).sign(webhook_id, sent_at, body),
    }
    sys.stdout.write(f"{kind} for order {order['order_id']}\n")
    for _ in range(times):
        response = httpx.post(
            f"{stack.api_url}/webhooks/carrier", content=body, headers=headers, timeout=60, trust_env=False
        )
        answer = response.json()
        sys.stdout.write(
            f"POST /webhooks/carrier: {response.status_code} {answer.get('detail') or answer.get('status')}\n"
        )
    return 0


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


if __name__ == "__main__":
    try:
        given = dict(argument.split("=", 1) for argument in sys.argv[2:])
        wanted, times, age = sys.argv[1], int(given.get("times", 1)), int(given.get("age", 0))
    except (IndexError, ValueError):
        sys.exit("Which webhook? Example: python -m tools.labs.send_webhook shipment.dispatched times=3")
    sys.exit(main(wanted, times=times, is_forged=given.get("secret") == "forged", age=age))
