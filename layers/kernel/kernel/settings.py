"""What the template tells a function, by its environment."""

import os


def setting(name: str) -> str:
    """Return the environment variable `name`.

    Raises:
        RuntimeError: it is not set; the message names it and where it comes from.
    """
    try:
        return os.environ[name]
    except KeyError:
        raise RuntimeError(f"the environment variable {name} is not set: see this function in template.yaml") from None
