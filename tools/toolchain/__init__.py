"""The toolchain itself: install it, lock it, look it up in the databases of known vulnerabilities."""
