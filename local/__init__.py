"""What makes the laptop a cloud: emulator, build, deploy, seed and serve; and what else stands behind `make`.

Its folders: `terminal`, the commands and what they show; `account`, a stack in an AWS account; `contracts` and `docs`,
what is written from the code; `toolchain`, what all of it runs on; `labs`, what the labs ask for.
"""
