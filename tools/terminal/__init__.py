"""The commands behind `make`, and what they show in the terminal: orders, events, tasks, dead letters, logs."""
