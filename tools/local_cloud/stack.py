"""The deployed stack, as `.local/stack.json` tells scripts, tests and the web server of it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class User:
    """Someone who can sign in."""

    username: str
    password: str


@dataclass(frozen=True)
class Stack:
    """Where the application is, what the stack's outputs are, and who can sign in."""

    emulator_url: str
    api_url: str
    web_url: str
    region: str
    stack_name: str
    outputs: dict[str, str]
    users: dict[str, User]

    def write(self, path: Path) -> None:
        """Replace the file in one go: a reader sees the old text or the new one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n")
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Stack":
        """Read what `write` wrote.

        Raises:
            FileNotFoundError: nothing is deployed.
        """
        content: dict[str, Any] = json.loads(path.read_text())
        users = {name: User(**user) for name, user in content.pop("users").items()}
        return cls(users=users, **content)


def api_url(emulator_url: str, api_id: str) -> str:
    """The API's stage on the emulator. Its `{id}.execute-api` host names do not resolve everywhere."""
    return f"{emulator_url}/_aws/execute-api/{api_id}/api"
