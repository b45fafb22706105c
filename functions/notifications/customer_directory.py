"""Look up e-mail addresses in the user pool. Events do not contain them."""

import re
from functools import cache
from typing import TYPE_CHECKING

import boto3

from kernel.client_limits import CLIENT_LIMITS
from kernel.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

# Cognito's format. Checked, because the id becomes part of a filter expression.
USER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def _user_pool() -> "CognitoIdentityProviderClient":
    return boto3.client("cognito-idp", config=CLIENT_LIMITS)


def email_of(customer_id: str) -> str | None:
    """Return the e-mail address of the customer, or None if the user is deleted or the address is not verified."""
    if not USER_ID.fullmatch(customer_id):
        return None
    users = _user_pool().list_users(UserPoolId=setting("USER_POOL_ID"), Filter=f'sub = "{customer_id}"', Limit=1)[
        "Users"
    ]
    attributes = {attribute["Name"]: attribute["Value"] for user in users for attribute in user["Attributes"]}
    # An unverified address can belong to another person.
    return attributes.get("email") if attributes.get("email_verified") == "true" else None
