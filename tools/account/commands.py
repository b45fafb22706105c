"""The commands for a stack in an AWS account: `python -m tools.account.commands COMMAND`.

They use the same credentials and region settings as other AWS tools. AWS_ENDPOINT_URL selects an emulator.
"""

import argparse
import getpass
import os
import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from rich.console import Console
from rich.markup import escape

from tools.account import environments, pool_users, release, target_python
from tools.account.destroy import destroy
from tools.account.environments import Environment
from tools.deployment import deploy_web
from tools.deployment.build_web import build_web, distribution
from tools.local_cloud import stack
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.stack import Stack
from tools.terminal.console import SafeConsole, reports_errors
from tools.terminal.order_tracking import place_confirmed_order
from tools.terminal.shop import Shop

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

INTERRUPTED = 130
NO_CREDENTIALS = (
    "No AWS credentials found. Run `aws sso login` or `aws configure` and set AWS_PROFILE, "
    "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
)


@reports_errors
def run(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Run a command, and return the exit status."""
    # Messages go to stderr. stdout holds the result only, for uses such as TOKEN=$(make token USER=…).
    console = SafeConsole(highlight=False, soft_wrap=True, stderr=True)
    options = _parser().parse_args(arguments)
    try:
        command: Callable[[Console, argparse.Namespace], None] = options.run
        command(console, options)
    except KeyboardInterrupt:
        console.print("\nInterrupted.")
        if options.run in (_deploy, _destroy):
            environment = _environment(options)
            console.print(
                "If CloudFormation has started to change the stack, it continues. To see the state:\n"
                f"  aws cloudformation describe-stacks --stack-name {environment.stack_name} "
                f"--region {environment.region} --query 'Stacks[].StackStatus'",
                markup=False,
            )
        return INTERRUPTED
    except NoCredentialsError:
        console.print(f"[red]{escape(NO_CREDENTIALS)}[/red]")
        return 1
    except (BotoCoreError, ClientError) as error:
        console.print(f"[red]AWS returned an error: {escape(str(error))}[/red]")
        return 1
    return 0


def _deploy(console: Console, options: argparse.Namespace) -> None:
    environment = _environment(options)
    environments.require_declared(environment)
    console.print(
        f"Deploying stack [bold]{environment.stack_name}[/bold] to {environment.region}, "
        f"account {release.account_id(environment)}"
    )
    python = target_python.choose(environment.parameters)
    console.print(f"Building for {python.runtime} with {python.executable}")
    build_dir = release.build(environment, python)
    outputs = release.deploy(
        environment, python, build_dir, approved=options.approved, execution_role=options.execution_role
    )
    for name, value in sorted(outputs.items()):
        console.print(f"  {name:36} {value}")
    if outputs.get("DistributionId"):
        _upload_page(console, environment)
    else:
        console.print("There is no web page, because it needs CloudFront and WithCdn is false.")
    if release.deployed_parameters(environment).get("AlarmEmail") == "":
        console.print(
            "Alarms send no e-mail yet. To receive them: "
            f'make deploy{_where(options)} PARAMETERS="AlarmEmail=you@example.com"'
        )


def _web(console: Console, options: argparse.Namespace) -> None:
    _upload_page(console, _environment(options))


def _upload_page(console: Console, environment: Environment) -> None:
    build_web()
    address = deploy_web.deploy_to_account(environment.session, environment.stack_name, distribution())
    console.print(f"The web page is on {address}")


def _destroy(console: Console, options: argparse.Namespace) -> None:
    environment = _environment(options)
    destroy(console, environment)
    console.print(f"Stack {environment.stack_name} is deleted.")


def _user(console: Console, options: argparse.Namespace) -> None:
    pool, username = _pool(options), _username(options)
    password = _password(f"New password for {username}: ")
    is_new = pool_users.create_user(pool.cognito, pool.outputs["UserPoolId"], username, password, options.group)
    groups = f", in group {options.group}" if options.group else ""
    console.print(f"{username} {'can sign in' if is_new else 'already existed and has this password'} now{groups}.")


def _api_url(_: Console, options: argparse.Namespace) -> None:
    sys.stdout.write(f"{_pool(options).api_url}\n")


def _token(_: Console, options: argparse.Namespace) -> None:
    sys.stdout.write(f"{_id_token(_pool(options), _username(options))}\n")


def _smoke(console: Console, options: argparse.Namespace) -> None:
    pool = _pool(options)
    with Shop(pool.api_url, _id_token(pool, _username(options))) as shop:
        order = place_confirmed_order(shop)
    console.print(f"Signed in with SRP. The order {order.order_id} is CONFIRMED, and all its events have arrived.")


class SignedIn(NamedTuple):
    """The URL of a stack's API, and a user's ID token."""

    api_url: str
    id_token: str


def sign_in(env: str, stack: str | None, username: str) -> SignedIn:
    """Sign a user in to a stack.

    The password is the known one of a local user, the environment variable PASSWORD, or asked for on the terminal.

    Args:
        env: An environment of samconfig.toml, or `local` for the stack that `make up` deployed.
        stack: The name of the stack. None uses the name in samconfig.toml.
        username: The user's e-mail address.

    Raises:
        LocalCloudError: There is no such stack, or the user cannot sign in.
    """
    pool = _pool(argparse.Namespace(env=env, stack=stack))
    return SignedIn(pool.api_url, _id_token(pool, username))


def _id_token(pool: "_Pool", username: str) -> str:
    password = pool.passwords.get(username) or _password(f"Password of {username}: ")
    pool_id, client_id = pool.outputs["UserPoolId"], pool.outputs["UserPoolClientId"]
    return pool_users.id_token(pool.cognito, pool_id, client_id, username, password, pool.where)


def _password(question: str) -> str:
    if password := os.environ.get("PASSWORD"):
        return password
    try:
        with warnings.catch_warnings():
            # getpass warns if the terminal would show the password.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(question)
    except (EOFError, getpass.GetPassWarning):
        raise LocalCloudError(
            "There is no terminal to type the password on. Set it in the environment variable PASSWORD."
        ) from None


def _environment(options: argparse.Namespace) -> Environment:
    return environments.read(options.env, options.stack, os.environ.get("DEPLOY_PARAMETERS", ""))


def _where(options: argparse.Namespace) -> str:
    return f" ENV={options.env}" + (f" STACK={options.stack}" if options.stack else "")


def _username(options: argparse.Namespace) -> str:
    if not options.user:
        raise LocalCloudError("The user is missing. Name it with USER=, for example USER=ada@example.com.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", options.user):
        raise LocalCloudError(
            f"USER={options.user}: the user name must be an e-mail address, for example USER=ada@example.com."
        )
    return str(options.user)


class _Pool(NamedTuple):
    """A user pool and the API that trusts it.

    Attributes:
        cognito: A client for the user pool.
        outputs: The outputs of the stack, with the ids of the pool and its client.
        passwords: The known passwords of local users, by user name.
        api_url: The URL of the API.
        where: The variables of `make` that select the stack, as ` ENV=prod`. Empty for the local stack.
    """

    cognito: "CognitoIdentityProviderClient"
    outputs: Mapping[str, str]
    passwords: Mapping[str, str]
    api_url: str
    where: str = ""


def _pool(options: argparse.Namespace) -> _Pool:
    if options.env != environments.LOCAL:
        environment = _environment(options)
        outputs = release.outputs(environment)
        return _Pool(environment.session.client("cognito-idp"), outputs, {}, _api_url_of(outputs), _where(options))
    try:
        local = Stack.read(LocalCloud.of_developer().stack_file)
    except FileNotFoundError:
        raise LocalCloudError(
            "Nothing is deployed on this machine. Deploy it: make up. For a stack on AWS, add ENV=default."
        ) from None
    passwords = {user.username: user.password for user in local.users.values()}
    return _Pool(Aws(local.emulator_url).cognito, local.outputs, passwords, local.api_url)


def _api_url_of(outputs: Mapping[str, str]) -> str:
    """Return the URL of the API. For an emulator, the URL that resolves on every system."""
    emulator = os.environ.get("AWS_ENDPOINT_URL")
    return stack.api_url(emulator, outputs["ApiId"]) if emulator else outputs["ApiUrl"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.account.commands", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, command, text, env in (
        ("deploy", _deploy, "build and deploy the stack, and upload the web page", "default"),
        ("web", _web, "build the web page and upload it", "default"),
        ("destroy", _destroy, "delete the stack and the content of its buckets", "default"),
        ("user", _user, "create a user, or change the password of a user", environments.LOCAL),
        ("smoke", _smoke, "sign in, place an order, and wait until it is confirmed", environments.LOCAL),
        ("api-url", _api_url, "print the URL of the API", environments.LOCAL),
        ("token", _token, "sign in and print the ID token", environments.LOCAL),
    ):
        added = commands.add_parser(name, help=text)
        added.set_defaults(run=command)
        added.add_argument("--env", default=env, help="an environment of samconfig.toml (%(default)s)")
        added.add_argument("--stack", help="the name of the stack, instead of the name in samconfig.toml")
        if name == "deploy":
            added.add_argument(
                "--approved", action="store_true", help="do not ask for confirmation, because the change is approved"
            )
            added.add_argument("--execution-role", help="the ARN of the role that CloudFormation uses")
        if name in ("user", "token", "smoke"):
            added.add_argument("--user", help="the user's e-mail address")
        if name == "user":
            added.add_argument("--group", help="for example operators")
    return parser


if __name__ == "__main__":
    sys.exit(run())
