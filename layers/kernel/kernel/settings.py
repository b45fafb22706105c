"""Settings of a function: the environment variables that template.yaml sets."""

import os


def setting(name: str) -> str:
    """Return the environment variable `name`.

    Raises:
        RuntimeError: The variable is not set.
    """
    try:
        return os.environ[name]
    except KeyError:
        raise RuntimeError(
            f"the environment variable {name} is not set: add it to this function in template.yaml"
        ) from None
