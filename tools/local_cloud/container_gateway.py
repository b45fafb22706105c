"""A TCP proxy on Linux that lets containers reach the emulator: from Docker's bridge address to 127.0.0.1.

The emulator listens on 127.0.0.1 only, because other machines in the network must not reach it. In a container,
`host.docker.internal` is the address of Docker's bridge, so the proxy listens there and forwards each connection.
Docker Desktop has no such bridge and forwards the connections itself.

Run as `python -m tools.local_cloud.container_gateway ADDRESS PORT`.
"""

import asyncio
import contextlib
import socket
import sys
import time
from functools import partial

import psutil

from tools.local_cloud.background import BackgroundProcess
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.environment import subprocess_environment

BRIDGE = "docker0"
START_SECONDS = 60


def process(cloud: LocalCloud) -> BackgroundProcess:
    """Return the background process of the gateway."""
    return BackgroundProcess.in_directory(cloud.state_dir, "container-gateway")


def bridge_address() -> str | None:
    """Return this machine's address on Docker's bridge. None without Docker and with Docker Desktop."""
    addresses = psutil.net_if_addrs().get(BRIDGE, [])
    return next((each.address for each in addresses if each.family == socket.AF_INET), None)


def start(cloud: LocalCloud) -> None:
    """Start the gateway in the background, if it is needed and not running. Does not wait until it listens."""
    address = bridge_address()
    if address is None or process(cloud).port() == cloud.emulator_port:
        return
    process(cloud).stop()
    command = [sys.executable, "-m", "tools.local_cloud.container_gateway", address, str(cloud.emulator_port)]
    process(cloud).start(command, subprocess_environment(), ROOT, cloud.emulator_port)


def require(cloud: LocalCloud) -> None:
    """Start the gateway if necessary, and wait until containers can reach the emulator.

    Raises:
        LocalCloudError: The gateway does not listen.
    """
    start(cloud)
    address = bridge_address()
    deadline = time.monotonic() + START_SECONDS
    while address and not _listens(address, cloud.emulator_port):
        if process(cloud).find() is None or time.monotonic() > deadline:
            raise LocalCloudError(
                f"Containers cannot reach the emulator: nothing listens on {address}:{cloud.emulator_port}.\n"
                f"The end of the gateway's log:\n{process(cloud).log_tail()}"
            )
        time.sleep(0.05)


async def forward(listen: tuple[str, int], to: tuple[str, int]) -> None:
    """Forward every connection from `listen` to `to` (host and port each) until cancelled."""
    server = await asyncio.start_server(partial(_forward_connection, to), *listen)
    async with server:
        await server.serve_forever()


async def _forward_connection(
    to: tuple[str, int], from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter
) -> None:
    try:
        from_server, to_server = await asyncio.open_connection(*to)
    except OSError:
        to_client.close()
        return
    await asyncio.gather(_copy(from_client, to_server), _copy(from_server, to_client))


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(65536):
            sink.write(chunk)
            await sink.drain()
    sink.close()


def _listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(forward((sys.argv[1], int(sys.argv[2])), ("127.0.0.1", int(sys.argv[2]))))
