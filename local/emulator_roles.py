"""What the emulator asks of a role, and of a resource's policy, that AWS does not."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from local import resources
from local.aws import Aws

ABOUT_NO_RESOURCE = {"ses:SendEmail", "states:DescribeMapRun", "states:SendTaskSuccess"}


def allow_what_the_emulator_asks_for(aws: Aws) -> None:
    """Give the roles what the emulator wants beside what AWS wants, of those calls that they may make.

    - AWS has no action sns:PublishBatch: PublishBatch needs sns:Publish
      (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html).
    - The emulator takes some calls to be about no resource, and so ignores a statement that names one: SendEmail, which
      is about the sender's identity, DescribeMapRun, about the run, and SendTaskSuccess, about the state machine.
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


def let_plain_http_reach_stores(aws: Aws) -> None:
    """Have no bucket, queue or topic deny what comes without TLS: the emulator speaks plain HTTP."""
    _let_plain_http_reach_buckets(aws)
    for queue in resources.of_kind(aws, "AWS::SQS::Queue"):
        answer = aws.sqs.get_queue_attributes(QueueUrl=queue.physical_id, AttributeNames=["Policy"])
        policy = _without_tls_only(answer.get("Attributes", {}).get("Policy"))
        aws.sqs.set_queue_attributes(QueueUrl=queue.physical_id, Attributes={"Policy": policy})
    for topic in resources.of_kind(aws, "AWS::SNS::Topic"):
        found = aws.sns.get_topic_attributes(TopicArn=topic.physical_id)["Attributes"]
        policy = _without_tls_only(found.get("Policy"))
        aws.sns.set_topic_attributes(TopicArn=topic.physical_id, AttributeName="Policy", AttributeValue=policy)


def _without_tls_only(policy: str | None) -> str:
    """A policy without the statement that denies plain HTTP; empty, which is no policy, where it says nothing else."""
    document = json.loads(policy) if policy else {"Statement": []}
    others = [each for each in document["Statement"] if each.get("Sid") != "TlsOnly"]
    return json.dumps({**document, "Statement": others}) if others else ""


def _let_plain_http_reach_buckets(aws: Aws) -> None:
    for bucket in resources.of_kind(aws, "AWS::S3::Bucket"):
        others = [each for each in _bucket_statements(aws, bucket.physical_id) if each.get("Sid") != "TlsOnly"]
        if others:
            policy = json.dumps({"Version": "2012-10-17", "Statement": others})
            aws.s3.put_bucket_policy(Bucket=bucket.physical_id, Policy=policy)
        else:
            aws.s3.delete_bucket_policy(Bucket=bucket.physical_id)


def _bucket_statements(aws: Aws, bucket: str) -> list[dict[str, Any]]:
    """The statements of a bucket's policy; none where it has no policy."""
    try:
        document = json.loads(aws.s3.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise
        return []
    return list(document["Statement"])


def _asked_for(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the emulator wants beside this statement."""
    if "sns:Publish" in statement["Action"]:
        yield {**statement, "Action": ["sns:PublishBatch"]}
    for action in ABOUT_NO_RESOURCE & set(statement["Action"]):
        yield {"Effect": "Allow", "Action": [action], "Resource": "*"}
