"""The template's parameters for a local deploy; `python -m tools.deployment.parameters` prints them.

On the command line they replace samconfig.toml's list as a whole, so all of them are here.
"""

import platform
import sys
from collections.abc import Mapping

from tools.local_cloud.cloud import LocalCloud

# The emulator mails to nobody. It shows what it was given at /_ministack/ses/messages.
SENDER = "shop@example.com"


def parameters(cloud: LocalCloud) -> dict[str, str]:
    """Every parameter that a local deploy sets; the others keep the template's defaults."""
    return {
        # The emulator runs functions in its own Python, whatever the template says: so say that one.
        "PythonRuntime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "Architecture": architecture(platform.machine()),
        "EmulatorEndpoint": cloud.emulator_url,
        "PasswordSignIn": "true",
        "NotificationSender": SENDER,
        "SagaType": cloud.saga_type,
        "Concurrency": cloud.concurrency,
        "SweepQuietSeconds": str(cloud.sweep_quiet_seconds),
        # The emulator's Firehose delivers at once.
        "EventBufferSeconds": "0",
        "DataPolicy": "Delete",
    }


def architecture(machine: str) -> str:
    """Lambda's name for a machine's architecture, of `platform.machine()`."""
    return "arm64" if machine.lower() in ("arm64", "aarch64") else "x86_64"


def as_arguments(values: Mapping[str, str]) -> list[str]:
    """As `--parameter-overrides` takes them."""
    return [f"{name}={value}" for name, value in values.items()]


if __name__ == "__main__":
    sys.stdout.write(" ".join(as_arguments(parameters(LocalCloud.of_developer()))) + "\n")
