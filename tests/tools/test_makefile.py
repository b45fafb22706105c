"""The variables of the Makefile and its help."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from contracts.generator import services

ROOT = Path(__file__).resolve().parents[2]


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.mark.parametrize(
    ("given", "meant"),
    [("payment=pm_card_declined", "PAYMENT"), ("PAYMNET=pm_card_declined", "PAYMENT"), ("as-of=OrderPlaced", "AS_OF")],
)
def test_a_mistyped_variable_is_an_error_that_names_the_right_one(given: str, meant: str) -> None:
    result = make("--dry-run", "order", given)

    assert result.returncode == 2
    assert f"There is no variable {given.partition('=')[0]}. Did you mean {meant}?" in result.stderr


@pytest.mark.parametrize(
    "given", ["PAYMENT=pm_card_visa", "COMMENT=it's a = b", "AWS_PROFILE=mine", "PYTEST_ADDOPTS=-x"]
)
def test_a_variable_of_a_command_or_a_tool_is_accepted(given: str) -> None:
    assert make("--dry-run", "help", given).returncode == 0


@pytest.mark.parametrize("goal", ["up", "show"])
def test_a_variable_of_another_command_is_named(goal: str) -> None:
    given = "PAYMENT=pm_card_declined"

    told = f"make {goal} does not use PAYMENT. To place such an order: make order {given}"
    assert make("--dry-run", goal, given).stdout.splitlines()[0] == told
    assert told not in make("--dry-run", goal, "order", given).stdout
    assert "does not use" not in make("--dry-run", "order", given).stdout


@pytest.mark.parametrize(
    ("goal", "variable", "option"),
    [("deploy", "APPROVED", "--approved"), ("bench", "QUICK", "--quick"), ("cost", "AGAIN", "--again")],
)
def test_a_flag_is_set_unless_it_is_0_or_false(goal: str, variable: str, option: str) -> None:
    def is_set(value: str) -> bool:
        return option in make("--dry-run", goal, f"{variable}={value}").stdout.split()

    assert [is_set(value) for value in ("1", "true", "0", "false", "")] == [True, True, False, False, False]


def test_the_path_of_the_checkout_may_contain_a_blank(tmp_path: Path) -> None:
    folder = tmp_path / "my orders"
    folder.mkdir()
    for entry in ROOT.iterdir():
        (folder / entry.name).symlink_to(entry)

    commands = make("--dry-run", "lint-prose", folder=folder).stdout

    assert f"{folder}/tools/prose/node_modules" in shlex.split(commands)


def test_every_variable_in_the_makefile_is_accepted() -> None:
    text = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"\b([A-Z][A-Z_]*)=", text)) | set(re.findall(r"call typed,([A-Z_]+)", text))
    set_by_recipes = {"PYTHONPATH", "ENFORCE_ROLES", "AWS_DEFAULT_REGION"}

    result = make("--dry-run", "help", *(f"{name}=1" for name in named - set_by_recipes))

    assert result.stderr == ""


def test_the_help_lists_the_daily_commands_first_and_every_command_once() -> None:
    shown = re.findall(r"^  make ([a-z-]+)", make("help").stdout, flags=re.MULTILINE)
    documented = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)

    assert shown[:3] == ["up", "order", "show"]
    assert sorted([*shown, "help"]) == sorted(documented)


def test_the_help_names_every_sandbox_card() -> None:
    services.make_importable()
    from sandbox_cards import SANDBOX_CARDS  # noqa: PLC0415 (importable only after make_importable)

    lines = [line.split(maxsplit=1) for line in make("help").stdout.splitlines()]

    assert all([card, effect] in lines for card, effect in SANDBOX_CARDS.items())
