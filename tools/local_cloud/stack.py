"""The description of the deployed stack in `.local/stack.json`, for scripts, tests and the web server."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class User:
    """A user of the local user pool."""

    username: str
    password: str


@dataclass(frozen=True)
class Stack:
    """The URLs of the application, the outputs of the stack, and the users."""

    emulator_url: str
    api_url: str
    web_url: str
    live_url: str
    region: str
    stack_name: str
    outputs: dict[str, str]
    users: dict[str, User]

    def write(self, path: Path) -> None:
        """Replace the file atomically: a reader sees either the old or the new content."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n")
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Stack":
        """Read the file that `write` has written.

        Raises:
            FileNotFoundError: Nothing is deployed.
        """
        content: dict[str, Any] = json.loads(path.read_text())
        users = {name: User(**user) for name, user in content.pop("users").items()}
        return cls(users=users, **content)


def api_url(emulator_url: str, api_id: str) -> str:
    """Return the URL of the API's stage on the emulator. Not `{id}.execute-api…`, which some systems cannot resolve."""
    return f"{emulator_url}/_aws/execute-api/{api_id}/api"


def live_url(emulator_url: str, live_api_id: str) -> str:
    """Return the URL of the WebSocket API's stage on the emulator."""
    return f"{emulator_url.replace('http', 'ws', 1)}/_aws/execute-api/{live_api_id}/live"
