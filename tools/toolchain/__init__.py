"""Install the toolchain, lock its versions, and scan it for known vulnerabilities."""
