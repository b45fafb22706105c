"""The template's parameters for a local deployment. `python -m tools.deployment.parameters` prints them.

Parameters on the command line replace the whole list in samconfig.toml, so this module contains all of them.
"""

import platform
import sys
from collections.abc import Mapping

from tools.local_cloud.cloud import LocalCloud
from tools.terminal.console import reports_errors

# The emulator sends no e-mail. It shows the messages at /_ministack/ses/messages.
SENDER = "shop@example.com"


def parameters(cloud: LocalCloud) -> dict[str, str]:
    """Return the parameters of a local deployment. Other parameters keep the template's defaults."""
    return {
        # The emulator always runs functions in its own Python.
        "PythonRuntime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "Architecture": architecture(platform.machine()),
        "EmulatorEndpoint": cloud.emulator_url,
        "PasswordSignIn": "true",
        "NotificationSender": SENDER,
        "SagaType": cloud.saga_type,
        "Concurrency": cloud.concurrency,
        "SweepQuietSeconds": str(cloud.sweep_quiet_seconds),
        # The emulator's Firehose delivers immediately.
        "EventBufferSeconds": "0",
        "DataPolicy": "Delete",
    }


def architecture(machine: str) -> str:
    """Return Lambda's name for an architecture that `platform.machine()` returned."""
    return "arm64" if machine.lower() in ("arm64", "aarch64") else "x86_64"


def as_arguments(values: Mapping[str, str]) -> list[str]:
    """Return the parameters in the format of `--parameter-overrides`."""
    return [f"{name}={value}" for name, value in values.items()]


@reports_errors
def main() -> int:
    """Print the parameters of the developer's cloud, and return the exit status."""
    sys.stdout.write(" ".join(as_arguments(parameters(LocalCloud.of_developer()))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
