"""A stack in an AWS account: deploy it, sign in to it, try it, delete it."""
