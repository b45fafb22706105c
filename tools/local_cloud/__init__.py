"""The local cloud: the AWS emulator, the web server that replaces CloudFront, and the seed data."""
