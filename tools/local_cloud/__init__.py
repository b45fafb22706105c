"""The local cloud: the AWS emulator, the web server in place of CloudFront, and the seed data."""
