"""`python -m local COMMAND`."""

import sys

from local.commands import run

sys.exit(run())
