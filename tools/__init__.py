"""Developer tools: everything that runs on a laptop or in CI, and nothing that runs in Lambda.

Folders by purpose: `local_cloud` (the emulator, the web server, seed data), `deployment` (sam build, sam deploy, the
web page), `terminal` (the commands behind `make`), `event_store` (audit, SQL queries, republishing), `account` (stacks
in an AWS account), `labs` (checks of the workshop labs), `site` (the documentation site), `bench` and `cost`
(measurements), `screenshots` (the pictures in the documents), `reference_data` (currencies and postal codes),
`toolchain` (installation, locks, scans), `prose` (the rules of textlint for the documents).
"""
