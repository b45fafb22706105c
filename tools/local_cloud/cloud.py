"""The configuration of one local cloud: its directories and ports."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
STACK_NAME = "serverless-orders"
EMULATOR_PORT = 4566
WEB_PORT = 8080


class LocalCloudError(Exception):
    """An error message for the user of a command. It says what is wrong and what to do."""


@dataclass(frozen=True)
class LocalCloud:
    """An emulator, a web server, and the application that is built for and deployed to them.

    Several local clouds can run at the same time if their state directories and ports differ.
    """

    root: Path
    state_dir: Path
    build_dir: Path
    emulator_port: int
    web_port: int
    environments_file: Path
    saga_type: str = "STANDARD"
    # Longer than a saga step on a slow machine. Otherwise the sweeper would restart sagas that are still running.
    sweep_quiet_seconds: int = 60
    # The template parameter Concurrency. On the laptop, each concurrent invocation needs its own process.
    concurrency: str = "LOW"
    # Whether the emulator enforces the IAM roles of the functions.
    enforces_roles: bool = False
    # The account's limit of concurrent functions. None: as many as the free memory allows.
    account_concurrency: int | None = None

    @classmethod
    def of_developer(cls, environment: Mapping[str, str] = os.environ, root: Path = ROOT) -> "LocalCloud":
        """Return the local cloud of `make up` in this checkout.

        The environment variables EMULATOR_PORT and WEB_PORT choose the ports. Without them, a running process keeps
        its port.

        Raises:
            LocalCloudError: A port is not a number from 1 to 65535.
        """
        state_dir = root / ".local"
        emulator_port = BackgroundProcess.in_directory(state_dir, "emulator").port()
        web_port = BackgroundProcess.in_directory(state_dir, "web-server").port()
        return cls(
            root=root,
            state_dir=state_dir,
            build_dir=root / ".aws-sam" / "build",
            # The environment variables of the functions, for `sam local`. samconfig.toml contains this path.
            environments_file=root / ".local" / "env.json",
            emulator_port=port(environment, "EMULATOR_PORT", emulator_port or EMULATOR_PORT),
            web_port=port(environment, "WEB_PORT", web_port or WEB_PORT),
            saga_type=environment.get("SAGA_TYPE") or "STANDARD",
        )

    @classmethod
    def for_tests(
        cls, name: str, saga_type: str = "STANDARD", root: Path = ROOT, *, enforces_roles: bool = False
    ) -> "LocalCloud":
        """Return a separate local cloud for tests, in `.local/{name}` and on ports that are free now."""
        state_dir = root / ".local" / name
        return cls(
            root=root,
            state_dir=state_dir,
            build_dir=state_dir / "build",
            environments_file=state_dir / "env.json",
            emulator_port=free_port(),
            web_port=free_port(),
            saga_type=saga_type,
            enforces_roles=enforces_roles,
        )

    @property
    def emulator_url(self) -> str:
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def up_command(self, *, emulator_port: int | None = None, web_port: int | None = None) -> str:
        """Return the command that starts this local cloud, with these ports instead of its own, if given."""
        emulator, web = emulator_port or self.emulator_port, web_port or self.web_port
        options = [
            f" EMULATOR_PORT={emulator}" if emulator != EMULATOR_PORT else "",
            f" WEB_PORT={web}" if web != WEB_PORT else "",
        ]
        return "make up" + "".join(options)

    @property
    def stack_file(self) -> Path:
        """The file that describes the stack to scripts. See `tools.local_cloud.stack`."""
        return self.state_dir / "stack.json"

    @property
    def parameters_file(self) -> Path:
        """The template's parameters, for SAM CLI. samconfig.toml contains this path."""
        return self.state_dir / "parameters.yaml"


def port(environment: Mapping[str, str], variable: str, default: int) -> int:
    """Return the port from an environment variable, or `default`.

    Raises:
        LocalCloudError: The value is not a number from 1 to 65535.
    """
    text = environment.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LocalCloudError(f"{variable} is {text!r}, but it must be a port number, for example {default}.")
    return int(text)
