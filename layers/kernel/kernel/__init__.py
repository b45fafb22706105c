"""The shared kernel: what every service of the application needs and none of them owns."""

import gc

# A function that starts makes more than a hundred thousand objects, and they all stay. By default Python looks through
# them for garbage a few hundred times, a sixth of the start: docs/decisions/0066-quicker-starts.md
gc.set_threshold(200_000)
