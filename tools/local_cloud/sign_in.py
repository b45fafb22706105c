"""Sign in to the local user pool with a password, as the web page does."""

from tools.local_cloud.aws import Aws
from tools.local_cloud.stack import Stack, User
from tools.terminal.shop import Shop


def shop_as(stack: Stack, user: str) -> Shop:
    """Return the API of `stack`, called by one of its seeded users."""
    return Shop(stack.api_url, id_token(stack, stack.users[user]))


def id_token(stack: Stack, user: User) -> str:
    """Return the user's ID token, which the API accepts as a bearer token."""
    response = Aws(stack.emulator_url).cognito.initiate_auth(
        ClientId=stack.outputs["UserPoolClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
    )
    return response["AuthenticationResult"]["IdToken"]
