"""Custom resources of CloudFormation: a Lambda handler that responds to each request.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from kernel.observability import logger

RESPONSE_TIMEOUT_SECONDS = 10

LambdaHandler = Callable[[dict[str, Any], object], None]


def custom_resource(id_property: str, apply: Callable[[dict[str, Any]], None]) -> LambdaHandler:
    """Return the Lambda handler of a custom resource.

    The handler responds even after a fault, because the stack operation would otherwise wait until it times out.

    Args:
        id_property: The property that identifies the resource.
        apply: Handles CloudFormation's request to create, update or delete the resource.
    """

    def handler(event: dict[str, Any], _context: object) -> None:
        physical_id: str = event["ResourceProperties"][id_property]
        try:
            apply(event)
        except Exception as fault:  # noqa: BLE001 (the response carries it)
            logger.exception("the custom resource failed", resource=physical_id, request=event["RequestType"])
            _respond(event, physical_id, "FAILED", str(fault))
        else:
            logger.info("responding", resource=physical_id, request=event["RequestType"])
            _respond(event, physical_id, "SUCCESS")

    return handler


def _respond(event: dict[str, Any], physical_id: str, status: str, reason: str = "") -> None:
    document = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": physical_id,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    # CloudFormation signed the URL for a request without a content type.
    request = Request(event["ResponseURL"], json.dumps(document).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310 (CloudFormation's own)
    with urlopen(request, timeout=RESPONSE_TIMEOUT_SECONDS):  # noqa: S310
        pass
