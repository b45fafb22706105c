"""The kernel: code that every service shares. It knows no service."""

# Imported first, because it raises the garbage collector's threshold for all later imports.
from kernel import init_phase as init_phase
