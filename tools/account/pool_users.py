"""The people of a deployed stack's user pool: make one, and sign one in."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import ForceChangePasswordException

from tools.local_cloud.cloud import LocalCloudError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

REFUSED = ("NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException")


def make_user(
    cognito: "CognitoIdentityProviderClient", user_pool_id: str, username: str, password: str, group: str | None
) -> bool:
    """Make a user with a password that is theirs from now on, maybe in a group; who is there gets both, too.

    Args:
        username: an e-mail address. It counts as verified, and nothing is mailed to it.

    Returns: whether the user is new.

    Raises:
        LocalCloudError: Cognito refuses the address or the password, or has no such group.
    """
    person = {"UserPoolId": user_pool_id, "Username": username}
    try:
        is_new = _create(cognito, user_pool_id, username)
        cognito.admin_set_user_password(**person, Password=password, Permanent=True)
        if group:
            cognito.admin_add_user_to_group(**person, GroupName=group)
    except ClientError as error:
        code, why = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code in ("InvalidParameterException", "InvalidPasswordException", "ResourceNotFoundException"):
            raise LocalCloudError(f"{username}: {why}") from error
        raise
    return is_new


def id_token(
    cognito: "CognitoIdentityProviderClient", user_pool_id: str, client_id: str, username: str, password: str
) -> str:
    """Sign in by SRP, so that the password itself is never sent.

    Returns: the ID token that the API takes as bearer token; it is good for an hour.

    Raises:
        LocalCloudError: Cognito refuses it.
    """
    try:
        answer = AWSSRP(username, password, user_pool_id, client_id, client=cognito).authenticate_user()
    except ForceChangePasswordException:
        raise LocalCloudError(
            f"{username} has a temporary password. Give a lasting one: make user USER={username}"
        ) from None
    except ClientError as error:
        if error.response["Error"]["Code"] not in REFUSED:
            raise
        # Cognito does not tell which, so that nobody learns who has an account.
        raise LocalCloudError(f"{username} is not known, or the password is another.") from error
    token: str = answer["AuthenticationResult"]["IdToken"]
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
