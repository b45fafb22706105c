"""What a command prints to the terminal, and its error messages."""

import errno
import io
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from rich.panel import Panel
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from tools.deployment import build_web
from tools.event_store.event_query import Answer
from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import ROOT, LocalCloudError
from tools.terminal import commands, run_query
from tools.terminal.console import SafeConsole, printable

# Clear the screen; set the title; write to the clipboard; the same by C1 characters; carriage return, backspace, bell.
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x1b\\\x9b31m\x9d0;x\x9c\r\x08\x07\x7f\x00"
# Right-to-left override and its relatives, separators of lines and paragraphs, half of a surrogate pair.
BIDI = "\u202e\u202d\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2028\u2029\ufff9\ud800"
HOSTILE = f"Ada{ESCAPES}{BIDI}!"
NEVER_PRINTED = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"} | set(BIDI)


def console(**options: object) -> SafeConsole:
    return SafeConsole(file=io.StringIO(), width=120, highlight=False, **options)  # type: ignore[arg-type]


def printed(screen: SafeConsole) -> str:
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def show_in_table(screen: SafeConsole) -> None:
    table = Table()
    table.add_column(HOSTILE)
    table.add_row(HOSTILE)
    screen.print(table)


@pytest.mark.parametrize(
    "show",
    [
        pytest.param(lambda screen: screen.print(HOSTILE, markup=False), id="a line"),
        pytest.param(lambda screen: screen.print(Text(HOSTILE), soft_wrap=True), id="a text"),
        pytest.param(lambda screen: screen.print(Panel(Text(HOSTILE), title=HOSTILE)), id="a panel"),
        pytest.param(show_in_table, id="a table"),
        pytest.param(lambda screen: screen.out(HOSTILE), id="out"),
        pytest.param(lambda screen: screen.rule(HOSTILE), id="a rule"),
    ],
)
def test_no_control_character_of_a_text_is_printed(show) -> None:
    screen = console()

    show(screen)

    text = printed(screen)
    assert "Ada[2J" in text
    assert not NEVER_PRINTED & set(text)


def test_on_a_terminal_only_richs_own_colours_are_printed() -> None:
    screen = console(force_terminal=True, color_system="standard")

    screen.print("[red]fault[/red]", HOSTILE.replace("[", "\\["))

    assert printed(screen).startswith("\x1b[31mfault\x1b[0m Ada")
    assert printed(screen).count("\x1b") == 2


def test_a_spinner_still_moves_the_cursor() -> None:
    screen = console(force_terminal=True)

    with Progress(console=screen) as bar:
        bar.add_task(HOSTILE)

    assert "\x1b[2K" in printed(screen), "the line is erased before it is written again"
    assert "\x1b[2J" not in printed(screen)


@pytest.mark.parametrize("text", ["Jürgen Straße", "名前", "שלום", "a\tb\nc", "👩‍👧", "e\u0301"])
def test_ordinary_text_is_printed_unchanged(text: str) -> None:
    assert printable(text) == text


def test_a_query_shows_a_customers_text_without_its_escape_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_query, "ask", lambda *_: Answer((f"name{ESCAPES}", "[link=x]"), ((HOSTILE, "1"),)))
    screen = console()

    assert run_query.show(screen, None, None, "SELECT name") == 0  # type: ignore[arg-type]

    assert "\x1b" not in printed(screen)
    assert "[link=x]" in printed(screen)


def test_every_command_prints_to_the_safe_console() -> None:
    """No other module creates a `Console(...)` of Rich."""
    sources = [path for folder in ("tools", "tests/load") for path in (ROOT / folder).rglob("*.py")]
    creators = [path for path in sources if re.search(r"\bConsole\((?!\))", path.read_text())]

    assert creators == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full (No space left on device)."),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "/x/env.json"), "The disk is full: /x/env.json (Disk quota"),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "does not let this command write: /x (Read-only"),
        (PermissionError(errno.EACCES, "Permission denied", "/x\x1b[2J"), "write: /x[2J (Permission denied)"),
    ],
)
def test_a_full_disk_is_explained(
    error: OSError, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(commands.up, "bring_up", fail)

    assert commands.run(["up"]) == 1
    assert told in capsys.readouterr().err


def test_a_local_cloud_error_is_printed_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise LocalCloudError("Nothing is deployed. Run [make up].")

    monkeypatch.setattr(build_web, "install", fail)

    assert build_web.main() == 1
    assert capsys.readouterr() == ("", "\nNothing is deployed. Run [make up].\n")


def test_any_other_os_error_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file", "/x")

    monkeypatch.setattr(build_web, "install", fail)

    with pytest.raises(FileNotFoundError):
        build_web.main()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_output_to_a_full_disk_ends_with_an_explanation() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "tools.terminal", "query"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ran.returncode == 1
    assert ran.stderr.startswith("The disk is full (No space left on device).\n")
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


def test_a_program_is_stopped_if_its_pid_file_cannot_be_written(tmp_path: Path) -> None:
    """Otherwise it would keep its port, and `make down` would not find it."""
    pid_file = tmp_path / "sleeper.pid"
    pid_file.mkdir()
    sleeper = BackgroundProcess(pid_file, tmp_path / "sleeper.log")
    program = f"import time; time.sleep(60)  # {tmp_path}"

    with pytest.raises(IsADirectoryError):
        sleeper.start([sys.executable, "-c", program], {}, tmp_path)

    running = [each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"])]
    assert not [command for command in running if str(tmp_path) in " ".join(command)]
