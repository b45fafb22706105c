"""One local cloud: where it keeps its things and on which ports it listens."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
STACK_NAME = "serverless-orders"


class LocalCloudError(Exception):
    """Something that the person at the keyboard should know: what is wrong, and what to do about it."""


@dataclass(frozen=True)
class LocalCloud:
    """An emulator, a web server, and the application built for and deployed to them.

    Clouds with different state directories and ports do not know of each other, so several
    can run at the same time.
    """

    root: Path
    state_dir: Path
    build_dir: Path
    emulator_port: int
    web_port: int
    environments_file: Path
    saga_type: str = "STANDARD"
    # Longer than a step takes on a slow machine, or the sweeper would only add to its work.
    sweep_quiet_seconds: int = 60
    # The template's Concurrency. On the laptop each concurrent call is a process of its own.
    concurrency: str = "LOW"
    # Whether each function may do only what its role allows. The emulator does not ask otherwise.
    enforces_roles: bool = False

    @classmethod
    def of_developer(cls, environment: Mapping[str, str] = os.environ, root: Path = ROOT) -> "LocalCloud":
        """The cloud that `make up` brings up, in this checkout.

        EMULATOR_PORT and WEB_PORT choose its ports; without them what runs keeps the port that it has.

        Raises:
            LocalCloudError: a port is not a number from 1 to 65535.
        """
        state_dir = root / ".local"
        emulator_port = BackgroundProcess.in_directory(state_dir, "emulator").port()
        web_port = BackgroundProcess.in_directory(state_dir, "web-server").port()
        return cls(
            root=root,
            state_dir=state_dir,
            build_dir=root / ".aws-sam" / "build",
            # The functions' environments for `sam local`; samconfig.toml names it.
            environments_file=root / ".local" / "env.json",
            emulator_port=port(environment, "EMULATOR_PORT", emulator_port or 4566),
            web_port=port(environment, "WEB_PORT", web_port or 8080),
            saga_type=environment.get("SAGA_TYPE") or "STANDARD",
        )

    @classmethod
    def for_tests(
        cls, name: str, saga_type: str = "STANDARD", root: Path = ROOT, *, enforces_roles: bool = False
    ) -> "LocalCloud":
        """A cloud of its own under `.local/{name}`, on ports that are free now."""
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

    @property
    def stack_file(self) -> Path:
        """What scripts may rely on; see `tools.local_cloud.stack`."""
        return self.state_dir / "stack.json"

    @property
    def parameters_file(self) -> Path:
        """The template's parameters here, for SAM CLI; samconfig.toml names it."""
        return self.state_dir / "parameters.yaml"


def port(environment: Mapping[str, str], variable: str, default: int) -> int:
    """The port that a variable of the environment chooses, or `default`.

    Raises:
        LocalCloudError: it is not a number from 1 to 65535.
    """
    text = environment.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LocalCloudError(f"{variable} is {text!r}; it must be a port number, like {default}.")
    return int(text)
