"""The commands behind `make` and their terminal output: orders, events, tasks, dead letters, logs."""
