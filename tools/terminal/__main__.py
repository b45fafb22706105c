"""Entry point of `python -m tools.terminal COMMAND`."""

import sys

from tools.terminal.commands import run

sys.exit(run())
