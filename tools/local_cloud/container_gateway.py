"""The emulator's door for containers, on Linux: from the address of Docker's bridge to 127.0.0.1.

The emulator listens on 127.0.0.1 only, so that nobody in the café finds it. From a container, `host.docker.internal`
is Docker's bridge: what comes in there is handed on. Docker Desktop has no such bridge; it hands on by itself.

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
from tools.local_cloud.environment import programs_environment

BRIDGE = "docker0"
START_SECONDS = 60


def process(cloud: LocalCloud) -> BackgroundProcess:
    """Where this cloud's gateway is found."""
    return BackgroundProcess.in_directory(cloud.state_dir, "container-gateway")


def bridge_address() -> str | None:
    """This machine's address on Docker's bridge; None without Docker, and with Docker Desktop."""
    addresses = psutil.net_if_addrs().get(BRIDGE, [])
    return next((each.address for each in addresses if each.family == socket.AF_INET), None)


def start(cloud: LocalCloud) -> None:
    """Start the gateway in the background where it is needed and does not run. Does not wait until it listens."""
    address = bridge_address()
    if address is None or process(cloud).port() == cloud.emulator_port:
        return
    process(cloud).stop()
    command = [sys.executable, "-m", "tools.local_cloud.container_gateway", address, str(cloud.emulator_port)]
    process(cloud).start(command, programs_environment(), ROOT, cloud.emulator_port)


def require(cloud: LocalCloud) -> None:
    """Return when containers can reach the emulator.

    Raises:
        LocalCloudError: the gateway does not listen.
    """
    start(cloud)
    address = bridge_address()
    deadline = time.monotonic() + START_SECONDS
    while address and not _listens(address, cloud.emulator_port):
        if process(cloud).find() is None or time.monotonic() > deadline:
            raise LocalCloudError(
                f"Containers cannot reach the emulator: nothing listens on {address}:{cloud.emulator_port}.\n"
                f"The gateway's last words:\n{process(cloud).last_words()}"
            )
        time.sleep(0.05)


async def hand_on(listen: tuple[str, int], to: tuple[str, int]) -> None:
    """Hand every connection to `listen` on to `to`, until cancelled; both are a host and a port."""
    server = await asyncio.start_server(partial(_hand_on_one, to), *listen)
    async with server:
        await server.serve_forever()


async def _hand_on_one(to: tuple[str, int], from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
    try:
        from_server, to_server = await asyncio.open_connection(*to)
    except OSError:
        to_client.close()
        return
    await asyncio.gather(_copy(from_client, to_server), _copy(from_server, to_client))


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await source.read(65536):
            sink.write(piece)
            await sink.drain()
    sink.close()


def _listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(hand_on((sys.argv[1], int(sys.argv[2])), ("127.0.0.1", int(sys.argv[2]))))
