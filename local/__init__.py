"""What makes the laptop a cloud: emulator, build, deploy, seed, serve, and the journey of an order."""
