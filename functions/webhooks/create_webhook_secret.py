"""Lambda entry point of the custom resource that writes the first value of the webhook secret.

Secrets Manager's GenerateSecretString cannot generate this JSON. A rotation writes the later values.
"""

import base64
import json
import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from kernel.client_limits import CLIENT_LIMITS
from kernel.custom_resource import custom_resource
from webhook_types import PROVIDERS

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Standard Webhooks recommends 24 to 64 bytes.
SECRET_BYTES = 32


@cache
def _secrets_manager() -> "SecretsManagerClient":
    return boto3.client("secretsmanager", config=CLIENT_LIMITS)


def create_webhook_secret(event: dict[str, Any]) -> None:
    """Write a secret for each provider when the stack is created, unless the secret has a value."""
    secret_arn: str = event["ResourceProperties"]["SecretArn"]
    if event["RequestType"] == "Create" and not _has_value(secret_arn):
        value = {provider: [_new_secret()] for provider in PROVIDERS}
        _secrets_manager().put_secret_value(SecretId=secret_arn, SecretString=json.dumps(value))


def _has_value(secret_arn: str) -> bool:
    try:
        # The emulator gives a secret without a value an empty one.
        return bool(_secrets_manager().get_secret_value(SecretId=secret_arn).get("SecretString"))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


handler = custom_resource("SecretArn", create_webhook_secret)
