"""The commands for a stack in an AWS account: `python -m tools.account.commands COMMAND`.

They take the credentials and the region as every AWS tool does. AWS_ENDPOINT_URL leads them to an emulator.
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

from tools.account import environments, pool_users, release, smoke, target_python
from tools.account.destroy import destroy
from tools.account.environments import Environment
from tools.deployment import deploy_web
from tools.deployment.build_web import build_web, distribution
from tools.local_cloud import stack
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.stack import Stack
from tools.terminal.console import SafeConsole, tells_disk_errors
from tools.terminal.shop import Shop

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

INTERRUPTED = 130
NO_CREDENTIALS = (
    "There are no credentials for AWS here. Name a profile by AWS_PROFILE, after `aws sso login` or `aws configure`; "
    "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
)


@tells_disk_errors
def run(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Run a command.

    Returns: the exit status.
    """
    # What a command tells goes beside its result, so that TOKEN=$(make token USER=…) holds the token alone.
    console = SafeConsole(highlight=False, soft_wrap=True, stderr=True)
    try:
        options = _parser().parse_args(arguments)
        command: Callable[[Console, argparse.Namespace], None] = options.run
        command(console, options)
    except KeyboardInterrupt:
        console.print("\nInterrupted.")
        return INTERRUPTED
    except LocalCloudError as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        return 1
    except NoCredentialsError:
        console.print(f"[red]{escape(NO_CREDENTIALS)}[/red]")
        return 1
    except (BotoCoreError, ClientError) as error:
        console.print(f"[red]AWS did not do what it was asked: {escape(str(error))}[/red]")
        return 1
    return 0


def _deploy(console: Console, options: argparse.Namespace) -> None:
    environment = _environment(options)
    environments.require_declared(environment)
    console.print(
        f"Deploying stack [bold]{environment.stack_name}[/bold] to {environment.region}, "
        f"account {release.account_id(environment)}"
    )
    python = target_python.choose(environment.parameters, ROOT / "template.yaml")
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
        console.print("There is no web page: it needs CloudFront, and WithCdn is false.")
    if release.deployed_parameters(environment).get("AlarmEmail") == "":
        stack = f" STACK={options.stack}" if options.stack else ""
        console.print(
            "Alarms are mailed to nobody. To mail them: "
            f'make deploy ENV={environment.name}{stack} PARAMETERS="AlarmEmail=you@example.com"'
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
    password = _password(f"A password for {username}: ")
    is_new = pool_users.make_user(pool.cognito, pool.outputs["UserPoolId"], username, password, options.group)
    groups = f", in group {options.group}" if options.group else ""
    console.print(f"{username} {'can sign in' if is_new else 'was there, and has this password'} now{groups}.")


def _api_url(_: Console, options: argparse.Namespace) -> None:
    sys.stdout.write(f"{_pool(options).api_url}\n")


def _token(_: Console, options: argparse.Namespace) -> None:
    sys.stdout.write(f"{_id_token(_pool(options), _username(options))}\n")


def _smoke(console: Console, options: argparse.Namespace) -> None:
    pool = _pool(options)
    with Shop(pool.api_url, _id_token(pool, _username(options))) as shop:
        order_id = smoke.confirm_an_order(shop)
    console.print(f"Signed in by SRP, and order {order_id} is CONFIRMED, with all its events.")


class SignedIn(NamedTuple):
    """Where a stack's API is, and somebody's ID token for it."""

    api_url: str
    id_token: str


def sign_in(env: str, stack: str | None, username: str) -> SignedIn:
    """Sign a user in to a stack; the password is known, in PASSWORD, or asked for.

    Args:
        env: an environment of samconfig.toml, or `local` for what `make up` started.
        stack: the stack's name, instead of samconfig.toml's.

    Raises:
        LocalCloudError: there is no such stack, or the user cannot sign in.
    """
    pool = _pool(argparse.Namespace(env=env, stack=stack))
    return SignedIn(pool.api_url, _id_token(pool, username))


def _id_token(pool: "_Pool", username: str) -> str:
    password = pool.passwords.get(username) or _password(f"The password of {username}: ")
    pool_id, client_id = pool.outputs["UserPoolId"], pool.outputs["UserPoolClientId"]
    return pool_users.id_token(pool.cognito, pool_id, client_id, username, password)


def _password(question: str) -> str:
    if password := os.environ.get("PASSWORD"):
        return password
    try:
        with warnings.catch_warnings():
            # What it warns of is that the password would be seen.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(question)
    except (EOFError, getpass.GetPassWarning):
        raise LocalCloudError("Nobody is there to type the password: hand it over in the variable PASSWORD.") from None


def _environment(options: argparse.Namespace) -> Environment:
    return environments.read(options.env, options.stack, os.environ.get("DEPLOY_PARAMETERS", ""))


def _username(options: argparse.Namespace) -> str:
    if not options.user:
        raise LocalCloudError("Who? Say it by USER=, such as USER=ada@example.com.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", options.user):
        raise LocalCloudError(
            f"USER={options.user}: a user is named by an e-mail address, such as USER=ada@example.com."
        )
    return str(options.user)


class _Pool(NamedTuple):
    """A client for the user pool's service, outputs that name the pool, passwords that everybody knows, and the API."""

    cognito: "CognitoIdentityProviderClient"
    outputs: Mapping[str, str]
    passwords: Mapping[str, str]
    api_url: str


def _pool(options: argparse.Namespace) -> _Pool:
    if options.env != environments.LOCAL:
        environment = _environment(options)
        outputs = release.outputs(environment)
        return _Pool(environment.session.client("cognito-idp"), outputs, {}, _address(outputs))
    try:
        local = Stack.read(LocalCloud.of_developer().stack_file)
    except FileNotFoundError:
        raise LocalCloudError("Nothing runs on this machine: make up. For a stack in AWS, add ENV=default.") from None
    passwords = {user.username: user.password for user in local.users.values()}
    return _Pool(Aws(local.emulator_url).cognito, local.outputs, passwords, local.api_url)


def _address(outputs: Mapping[str, str]) -> str:
    """The API's address; on an emulator the one that resolves there."""
    emulator = os.environ.get("AWS_ENDPOINT_URL")
    return stack.api_url(emulator, outputs["ApiId"]) if emulator else outputs["ApiUrl"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.account.commands", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, command, text, env in (
        ("deploy", _deploy, "build and deploy, and upload the web page", "default"),
        ("web", _web, "build the web page and upload it", "default"),
        ("destroy", _destroy, "delete the stack and what is in its buckets", "default"),
        ("user", _user, "make a user, or give one another password", environments.LOCAL),
        ("smoke", _smoke, "sign in, place an order, and wait until it is confirmed", environments.LOCAL),
        ("api-url", _api_url, "print the API's address", environments.LOCAL),
        ("token", _token, "sign in, and print the ID token", environments.LOCAL),
    ):
        added = commands.add_parser(name, help=text)
        added.set_defaults(run=command)
        added.add_argument("--env", default=env, help="an environment of samconfig.toml (%(default)s)")
        added.add_argument("--stack", help="the stack's name, instead of samconfig.toml's")
        if name == "deploy":
            added.add_argument("--approved", action="store_true", help="do not ask: somebody has agreed to the change")
            added.add_argument("--execution-role", help="the ARN of the role that CloudFormation takes")
        if name in ("user", "token", "smoke"):
            added.add_argument("--user", help="an e-mail address")
        if name == "user":
            added.add_argument("--group", help="such as operators")
    return parser


if __name__ == "__main__":
    sys.exit(run())
