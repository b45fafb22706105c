"""What makes the laptop a cloud: emulator, build, deploy, seed and serve. Its folders hold what is done with it."""
