"""Creating users of a user pool, signing in, and the errors of Cognito."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tools.account import pool_users
from tools.local_cloud.cloud import LocalCloudError

PASSWORD = "Correct-horse-9-battery"


@pytest.fixture
def cognito() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("cognito-idp", region_name="us-east-1")


@pytest.fixture
def pool(cognito: Any) -> str:
    policy = {"MinimumLength": 12, "RequireSymbols": True}
    made = cognito.create_user_pool(
        PoolName="customers", UsernameAttributes=["email"], Policies={"PasswordPolicy": policy}
    )
    pool_id = str(made["UserPool"]["Id"])
    cognito.create_group(UserPoolId=pool_id, GroupName="operators")
    return pool_id


def test_a_user_is_created_once_and_joins_the_group(cognito: Any, pool: str) -> None:
    assert pool_users.create_user(cognito, pool, "ada@example.com", PASSWORD, None)
    assert not pool_users.create_user(cognito, pool, "ada@example.com", PASSWORD, "operators")

    (user,) = cognito.list_users_in_group(UserPoolId=pool, GroupName="operators")["Users"]
    assert {"Name": "email", "Value": "ada@example.com"} in user["Attributes"]
    assert user["UserStatus"] == "CONFIRMED", "the password is permanent"


@pytest.mark.parametrize(("password", "group"), [("short", None), (PASSWORD, "no-such-group")])
def test_an_error_of_cognito_is_in_the_message(cognito: Any, pool: str, password: str, group: str | None) -> None:
    with pytest.raises(LocalCloudError, match=r"ada@example\.com: \w+"):
        pool_users.create_user(cognito, pool, "ada@example.com", password, group)


@pytest.mark.parametrize("code", ["NotAuthorizedException", "UserNotFoundException"])
def test_a_refused_sign_in_does_not_reveal_whether_the_user_exists(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def refuse(_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "Incorrect"}}, "InitiateAuth")

    monkeypatch.setattr(pool_users.AWSSRP, "authenticate_user", refuse)
    client = boto3.client("cognito-idp", region_name="us-east-1")

    with pytest.raises(LocalCloudError, match="is unknown or the password is wrong"):
        pool_users.id_token(client, "us-east-1_abc", "client", "ada@example.com", PASSWORD)
