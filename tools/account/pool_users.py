"""The users of a deployed stack's user pool: create a user, and sign in."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import ForceChangePasswordException

from tools.local_cloud.cloud import LocalCloudError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

REFUSED = ("NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException")


def create_user(
    cognito: "CognitoIdentityProviderClient", user_pool_id: str, username: str, password: str, group: str | None
) -> bool:
    """Create a user with a permanent password, and return whether the user is new.

    An existing user gets the new password and the group. The user name is an e-mail address, which counts as verified.
    Cognito sends no e-mail to it.

    Raises:
        LocalCloudError: Cognito refuses the address or the password, or there is no such group.
    """
    user = {"UserPoolId": user_pool_id, "Username": username}
    try:
        is_new = _create(cognito, user_pool_id, username)
        cognito.admin_set_user_password(**user, Password=password, Permanent=True)
        if group:
            cognito.admin_add_user_to_group(**user, GroupName=group)
    except ClientError as error:
        code, why = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code in ("InvalidParameterException", "InvalidPasswordException", "ResourceNotFoundException"):
            raise LocalCloudError(f"{username}: {why}") from error
        raise
    return is_new


def id_token(
    cognito: "CognitoIdentityProviderClient",
    user_pool_id: str,
    client_id: str,
    username: str,
    password: str,
    where: str = "",
) -> str:
    """Sign in with SRP (Secure Remote Password), which never sends the password itself.

    Args:
        cognito: A client for the user pool.
        user_pool_id: The id of the user pool.
        client_id: The id of the pool's client.
        username: The user's e-mail address.
        password: The user's password.
        where: The variables of `make` that select the pool, for the advice: ` ENV=prod`. Empty for the local pool.

    Returns:
        The ID token, which the API accepts as a bearer token for one hour.

    Raises:
        LocalCloudError: Cognito refuses the sign-in.
    """
    try:
        response = AWSSRP(username, password, user_pool_id, client_id, client=cognito).authenticate_user()
    except ForceChangePasswordException:
        raise LocalCloudError(
            f"{username} has a temporary password. Set a permanent one: make user{where} USER={username}"
        ) from None
    except ClientError as error:
        if error.response["Error"]["Code"] not in REFUSED:
            raise
        # Cognito does not say which one is wrong, because that would reveal which accounts exist.
        raise LocalCloudError(f"The user {username} is unknown or the password is wrong.") from error
    token: str = response["AuthenticationResult"]["IdToken"]
    return token


def _create(cognito: "CognitoIdentityProviderClient", user_pool_id: str, username: str) -> bool:
    try:
        cognito.admin_create_user(
            UserPoolId=user_pool_id,
            Username=username,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": username}, {"Name": "email_verified", "Value": "true"}],
        )
    except cognito.exceptions.UsernameExistsException:
        return False
    return True
