"""What the emulator asks of a role that AWS does not."""

import json
from typing import Any

from local import resources
from local.aws import Aws


def allow_what_the_emulator_asks_for(aws: Aws) -> None:
    """Let whoever may publish to a topic publish batches to it.

    AWS has no action sns:PublishBatch: PublishBatch needs sns:Publish
    (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html). The emulator asks for it.
    """
    for role in resources.of_kind(aws, "AWS::IAM::Role"):
        for policy in aws.iam.list_role_policies(RoleName=role.physical_id)["PolicyNames"]:
            document = aws.iam.get_role_policy(RoleName=role.physical_id, PolicyName=policy)["PolicyDocument"]
            batches = [{**each, "Action": ["sns:PublishBatch"]} for each in document["Statement"] if _publishes(each)]
            if batches:
                aws.iam.put_role_policy(
                    RoleName=role.physical_id,
                    PolicyName="emulator-publish-batch",
                    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": batches}),
                )


def _publishes(statement: dict[str, Any]) -> bool:
    return "sns:Publish" in statement["Action"]
