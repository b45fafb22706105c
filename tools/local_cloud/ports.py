"""TCP ports of this machine: find a free port, and the program that uses a port."""

import random
import socket

import psutil

# Below the ephemeral ports of Linux and macOS, because any new connection can take an ephemeral port.
PORTS = range(20_000, 32_768)


def free_port() -> int:
    """Return a port that is free now, and that no program gets by chance."""
    candidates = random.SystemRandom().sample(PORTS, len(PORTS))
    return next(port for port in candidates if not is_taken(port))


def is_taken(port: int) -> bool:
    """Return whether a server on 127.0.0.1 could not bind to `port`."""
    return _bind_error(port) is not None


def _bind_error(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error
        return None


def listener(port: int) -> str | None:
    """Return the command line of the process that listens on `port`. None if the system does not reveal it."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status != psutil.CONN_LISTEN or not connection.laddr or not connection.pid:
                continue
            if connection.laddr.port == port:
                process = psutil.Process(connection.pid)
                return f"{' '.join(process.cmdline())[:80] or process.name()} (pid {process.pid})"
    except psutil.Error:
        pass
    return None


def next_free_port(port: int, other: int) -> int:
    """Return the next port after `port` that is free now and is not `other`."""
    candidates = range(port + 1, 65536)
    return next((each for each in candidates if each != other and not is_taken(each)), None) or free_port()


def port_in_use_message(port: int, holder: str | None, command: str) -> str:
    """Return a message that says why `port` is not available, and the command that chooses another port."""
    if isinstance(_bind_error(port), PermissionError):
        return f"Port {port} needs root, like every port below 1024. Choose another port: {command}"
    by = f" by {holder}" if holder else ""
    return f"Port {port} is in use{by}.\nStop that program, or choose another port: {command}"
