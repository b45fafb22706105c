"""boto3 clients for the emulator. They ignore the profiles, roles and settings of real AWS accounts."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config

from tools.local_cloud.cloud import REGION

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class Aws:
    """The AWS services at `endpoint_url`."""

    endpoint_url: str

    @cached_property
    def athena(self) -> "AthenaClient":
        return self._session.client("athena", endpoint_url=self.endpoint_url)

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", endpoint_url=self.endpoint_url)

    @cached_property
    def cognito(self) -> "CognitoIdentityProviderClient":
        return self._session.client("cognito-idp", endpoint_url=self.endpoint_url)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", endpoint_url=self.endpoint_url)

    @cached_property
    def functions(self) -> "LambdaClient":
        return self._session.client("lambda", endpoint_url=self.endpoint_url)

    @cached_property
    def iam(self) -> Any:
        return self._session.client("iam", endpoint_url=self.endpoint_url)

    @cached_property
    def s3(self) -> "S3Client":
        return self._session.client("s3", endpoint_url=self.endpoint_url)

    @cached_property
    def secrets_manager(self) -> "SecretsManagerClient":
        return self._session.client("secretsmanager", endpoint_url=self.endpoint_url)

    @cached_property
    def ses(self) -> Any:
        return self._session.client("sesv2", endpoint_url=self.endpoint_url)

    @cached_property
    def sqs(self) -> "SQSClient":
        return self._session.client("sqs", endpoint_url=self.endpoint_url)

    @cached_property
    def sns(self) -> "SNSClient":
        return self._session.client("sns", endpoint_url=self.endpoint_url)

    @cached_property
    def step_functions(self) -> "SFNClient":
        return self._session.client("stepfunctions", endpoint_url=self.endpoint_url)

    @cached_property
    def logs(self) -> Any:
        return self._session.client("logs", endpoint_url=self.endpoint_url)

    @cached_property
    def _session(self) -> boto3.Session:
        # Overrides of boto3's session variables: (setting, environment variable, default, cast).
        no_configuration = {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
        core = botocore.session.Session(session_vars=no_configuration)
        core.set_default_client_config(
            Config(
                connect_timeout=3,
                read_timeout=120,
                # The benchmark has many orders in flight.
                max_pool_connections=32,
                retries={"total_max_attempts": 3, "mode": "standard"},
                proxies={},
                s3={"addressing_style": "path"},
            )
        )
        return boto3.Session(
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 (the emulator's root user)
            region_name=REGION,
            botocore_session=core,
        )
