"""What the emulator asks of a role that AWS does not."""

import json
from collections.abc import Iterator
from typing import Any

from local import resources
from local.aws import Aws


def allow_what_the_emulator_asks_for(aws: Aws) -> None:
    """Let whoever may publish to a topic publish batches to it, and whoever may mail from one address mail from any.

    AWS has no action sns:PublishBatch: PublishBatch needs sns:Publish
    (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html). The emulator asks for it.
    On AWS SendEmail is about the sender's identity, and has the condition key ses:FromAddress; the emulator knows neither
    (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html).
    """
    for role in resources.of_kind(aws, "AWS::IAM::Role"):
        for policy in aws.iam.list_role_policies(RoleName=role.physical_id)["PolicyNames"]:
            document = aws.iam.get_role_policy(RoleName=role.physical_id, PolicyName=policy)["PolicyDocument"]
            more = [asked for each in document["Statement"] for asked in _asked_for(each)]
            if more:
                aws.iam.put_role_policy(
                    RoleName=role.physical_id,
                    PolicyName="emulator-asks-for",
                    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": more}),
                )


def _asked_for(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the emulator wants beside this statement."""
    if "sns:Publish" in statement["Action"]:
        yield {**statement, "Action": ["sns:PublishBatch"]}
    if "ses:SendEmail" in statement["Action"]:
        yield {"Effect": "Allow", "Action": ["ses:SendEmail"], "Resource": "*"}
