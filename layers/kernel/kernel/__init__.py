"""The shared kernel: what every service of the application needs and none of them owns."""

# It tunes the garbage collector, so it comes before everything else that the kernel loads.
from kernel import init_phase as init_phase
