"""The environment variables for subprocesses that call the emulator."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.local_cloud.cloud import REGION


def subprocess_environment(inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return environment variables with .venv first on the PATH, without real AWS accounts, profiles and proxies."""
    kept = {
        name: value
        for name, value in inherited.items()
        # Bytecode must be written: with it, the process of a function starts in a third of the time.
        if not name.startswith("AWS_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    # `sam build` looks for pip and python3.x on the PATH.
    binaries = Path(sys.prefix) / "bin"
    return kept | {
        "PATH": os.pathsep.join([str(binaries), inherited.get("PATH", os.defpath)]),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "SAM_CLI_TELEMETRY": "0",
        "PYTHONUNBUFFERED": "1",
    }
