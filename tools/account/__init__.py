"""Commands for a stack in an AWS account: deploy, sign in, smoke test, delete."""
