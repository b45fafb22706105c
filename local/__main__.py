"""`python -m local COMMAND`."""

import sys

from local.terminal.commands import run

sys.exit(run())
