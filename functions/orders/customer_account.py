"""The customer's account: their user in the user pool, with the e-mail address."""

from functools import cache
from typing import TYPE_CHECKING

from kernel.client_limits import CLIENT_LIMITS
from kernel.settings import setting

import boto3

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@cache
def _user_pool() -> "CognitoIdentityProviderClient":
    return boto3.client("cognito-idp", config=CLIENT_LIMITS)


def delete(customer_id: str) -> bool:
    """Delete the user whose `sub` this is; return whether there was one. `customer_id` has to be a UUID."""
    pool = setting("USER_POOL_ID")
    users = _user_pool().list_users(UserPoolId=pool, Filter=f'sub = "{customer_id}"', Limit=1)["Users"]
    for user in users:
        _user_pool().admin_delete_user(UserPoolId=pool, Username=user["Username"])
    return bool(users)
