"""`make sam-local`: the environment of functions in Docker, the container gateway, and the errors."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest

from tools.deployment import build, sam_local
from tools.local_cloud import container_gateway, reachability, resources
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud, LocalCloudError
from tools.local_cloud.ports import free_port
from tools.local_cloud.reachability import Reach
from tools.terminal import commands

IN_STACK = [resources.Resource("AWS::Lambda::Function", "OrdersApiFunction", "orders-OrdersApi-1")]
DEPLOYED = [
    {
        "FunctionName": "orders-OrdersApi-1",
        "Environment": {
            "Variables": {
                "ORDERS_TABLE_NAME": "orders-OrdersTable-1",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:4570",
                "QUEUE_URL": "http://127.0.0.1:4570/000000000000/queue",
            }
        },
    },
    {"FunctionName": "function-of-another-stack"},
]


@pytest.fixture
def cloud(tmp_path) -> LocalCloud:
    return replace(LocalCloud.for_tests("sam-local", root=tmp_path), emulator_port=4570)


@pytest.mark.parametrize(
    ("bridge", "host"),
    [
        pytest.param(None, "host.docker.internal", id="Docker Desktop"),
        pytest.param("172.17.0.1", "172.17.0.1", id="Docker on Linux"),
    ],
)
def test_a_function_in_docker_has_the_environment_of_the_deployed_function_and_reaches_the_emulator(
    cloud, monkeypatch, bridge, host
):
    monkeypatch.setattr(container_gateway, "bridge_address", lambda: bridge)
    pages = SimpleNamespace(paginate=lambda: [{"Functions": DEPLOYED[:1]}, {"Functions": DEPLOYED[1:]}])
    monkeypatch.setattr(resources, "of_kind", lambda *_: IN_STACK)
    monkeypatch.setattr(Aws, "functions", SimpleNamespace(get_paginator=lambda _: pages))

    assert sam_local.environments(cloud) == {
        "OrdersApiFunction": {
            "ORDERS_TABLE_NAME": "orders-OrdersTable-1",
            "AWS_ENDPOINT_URL": f"http://{host}:4570",
            "QUEUE_URL": f"http://{host}:4570/000000000000/queue",
        }
    }


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        pytest.param(False, "make up", id="without an emulator"),
        pytest.param(True, "Docker, which is not installed", id="without Docker"),
    ],
)
def test_the_error_for_a_missing_requirement_says_what_to_do(monkeypatch, tmp_path, capsys, runs, message):
    monkeypatch.setattr(reachability, "reach", lambda _: Reach.RUNNING if runs else Reach.NOT_RUNNING)
    monkeypatch.setattr(reachability.Stack, "read", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert commands.run(["sam-local"]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("docker", "message"),
    [
        pytest.param("exit 1", "Docker, which does not respond", id="Docker does not run"),
        pytest.param('[ "$1" = info ]', "docker pull public.ecr.aws/lambda/python:3.", id="no image"),
        pytest.param("exit 0", "nothing", id="nothing missing"),
    ],
)
def test_missing_requirements_are_found_by_asking_docker(cloud, monkeypatch, tmp_path, docker, message):
    program(tmp_path, docker)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert message in (sam_local.missing_requirement(cloud) or "nothing")


def test_the_error_for_a_failed_download_names_the_image(cloud, monkeypatch, tmp_path):
    program(tmp_path, '[ "$1" = info ]')
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalCloudError, match="cannot download the image public"):
        sam_local.require_docker_and_image(cloud)


def program(folder, script):
    """Create a program `docker` in `folder` that runs `script`."""
    path = folder / "docker"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_the_error_for_an_invalid_sam_local_port_names_the_variable(monkeypatch, capsys):
    monkeypatch.setattr(reachability, "reach", lambda _: Reach.RUNNING)
    monkeypatch.setattr(reachability.Stack, "read", lambda _: None)
    monkeypatch.setenv("SAM_LOCAL_PORT", "http")

    assert commands.run(["sam-local"]) == 1
    assert "SAM_LOCAL_PORT" in capsys.readouterr().err


def test_a_manual_sam_build_makes_the_build_out_of_date(cloud, monkeypatch):
    def sam_build(*_):
        """Act like SAM, which empties the build directory first."""
        shutil.rmtree(cloud.build_dir, ignore_errors=True)
        cloud.build_dir.mkdir(parents=True)
        (cloud.build_dir / "template.yaml").write_text("Resources: {}")

    monkeypatch.setattr(build.sam, "run", sam_build)
    assert build.build(cloud)
    assert not build.build(cloud)

    sam_build()

    assert build.build(cloud)


def test_docker_desktop_needs_no_gateway(cloud, monkeypatch):
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"en0": [address("192.168.1.7")]})

    container_gateway.require(cloud)

    assert container_gateway.process(cloud).find() is None


@pytest.fixture
def bridged(cloud, monkeypatch) -> Iterator[LocalCloud]:
    """Yield a cloud on a machine with Docker's bridge, whose address is a loopback address in this test."""
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"docker0": [address("127.0.0.1")]})
    # The gateway's module must be found in this checkout.
    bridged = replace(cloud, root=LocalCloud.of_developer({}).root, emulator_port=free_port())
    yield bridged
    container_gateway.process(bridged).stop()


def test_the_error_for_a_gateway_that_cannot_listen_contains_the_reason(bridged):
    with socket.socket() as other:
        other.bind(("127.0.0.1", bridged.emulator_port))
        with pytest.raises(LocalCloudError, match="address already in use"):
            container_gateway.require(bridged)


def test_the_gateway_is_started_once(bridged):
    container_gateway.require(bridged)
    first = container_gateway.process(bridged).identity()

    container_gateway.require(bridged)

    assert first
    assert container_gateway.process(bridged).identity() == first


def address(of: str) -> SimpleNamespace:
    return SimpleNamespace(family=socket.AF_INET, address=of)


async def through_the_gateway(to: int, message: bytes) -> bytes:
    """Send `message` through a gateway to port `to`, and return the response."""
    port = free_port()
    gateway = asyncio.create_task(container_gateway.forward(("127.0.0.1", port), ("127.0.0.1", to)))
    try:
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)
        writer.write(message)
        answer = await reader.read()
        writer.close()
        return answer
    finally:
        gateway.cancel()


def test_the_gateway_forwards_requests_and_responses():
    question, answer = b"q" * 300_000, b"a" * 500_000

    async def ask() -> bytes:
        async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            assert await reader.readexactly(len(question)) == question
            writer.write(answer)
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(reply, "127.0.0.1", 0) as server:
            return await through_the_gateway(server.sockets[0].getsockname()[1], question)

    assert asyncio.run(asyncio.wait_for(ask(), 120)) == answer


def test_without_an_emulator_the_gateway_closes_the_connection():
    assert asyncio.run(asyncio.wait_for(through_the_gateway(free_port(), b"q"), 120)) == b""
