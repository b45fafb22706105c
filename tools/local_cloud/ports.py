"""TCP ports of this machine: free ones, taken ones, and who holds them."""

import socket

import psutil


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether a server on 127.0.0.1 could not bind to `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def listener(port: int) -> str | None:
    """Name the process that listens on `port`, or None where the system does not tell."""
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


def taken_message(port: int, variable: str, holder: str | None) -> str:
    """Say that `port` is taken, by whom, and how to take another with `variable`."""
    by = f" by {holder}" if holder else ""
    return f"Port {port} is taken{by}.\nStop that program, or take another port:  make up {variable}={port + 1}"
