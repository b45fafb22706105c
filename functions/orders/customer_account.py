"""The customer's account: a user in the user pool, with an e-mail address and groups."""

from functools import cache
from typing import TYPE_CHECKING

import boto3

from kernel.client_limits import CLIENT_LIMITS
from kernel.identity import OPERATORS
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import UserTypeTypeDef


@cache
def _user_pool() -> "CognitoIdentityProviderClient":
    return boto3.client("cognito-idp", config=CLIENT_LIMITS)


def is_operator(customer_id: str) -> bool:
    """Return whether the user is an operator.

    Args:
        customer_id: The `sub` of the user. It must be a UUID.
    """
    pages = [
        page
        for username in _usernames(customer_id)
        for page in _user_pool()
        .get_paginator("admin_list_groups_for_user")
        .paginate(UserPoolId=setting("USER_POOL_ID"), Username=username)
    ]
    return any(group["GroupName"] == OPERATORS for page in pages for group in page["Groups"])


def delete(customer_id: str) -> bool:
    """Delete the user.

    Args:
        customer_id: The `sub` of the user. It must be a UUID.

    Returns:
        Whether the user existed.
    """
    usernames = _usernames(customer_id)
    for username in usernames:
        _user_pool().admin_delete_user(UserPoolId=setting("USER_POOL_ID"), Username=username)
    return bool(usernames)


def ids_of(email: str) -> list[str]:
    """Return the `sub` of the user with this e-mail address: one, or none.

    Args:
        email: The address. It must not contain quotes or backslashes.
    """
    attributes = [each for user in _users(f'email = "{email}"') for each in user["Attributes"]]
    return [attribute["Value"] for attribute in attributes if attribute["Name"] == "sub"]


def _usernames(customer_id: str) -> list[str]:
    return [user["Username"] for user in _users(f'sub = "{customer_id}"')]


def _users(condition: str) -> "list[UserTypeTypeDef]":
    pool = setting("USER_POOL_ID")
    return _user_pool().list_users(UserPoolId=pool, Filter=condition, Limit=1)["Users"]
