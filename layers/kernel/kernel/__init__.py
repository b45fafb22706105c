"""The shared kernel: what every service of the application needs and none of them owns."""
