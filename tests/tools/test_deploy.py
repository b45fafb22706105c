"""When a deployment can be skipped, and when the emulator must restart."""

from dataclasses import replace

import pytest

from tools.deployment import build, deploy, sam
from tools.local_cloud import emulator
from tools.local_cloud.cloud import LocalCloud, LocalCloudError


@pytest.fixture
def engine(monkeypatch):
    """Replace the emulator and SAM by fakes. Return their state, which a test can change."""
    state = {"identity": "1@1.0", "stack": None, "fails": False, "refuses": False, "sources": "a"}

    def run(*_):
        if not state["refuses"]:
            state["stack"] = "CREATE_FAILED" if state["fails"] else "CREATE_COMPLETE"
        if state["fails"] or state["refuses"]:
            raise LocalCloudError("`sam deploy` failed")

    monkeypatch.setattr(emulator, "identity", lambda _: state["identity"])
    monkeypatch.setattr(deploy, "stack_status", lambda _: state["stack"])
    monkeypatch.setattr(build, "last_build_fingerprint", lambda _: state["sources"])
    monkeypatch.setattr(sam, "run", run)
    return state


@pytest.fixture
def cloud(tmp_path):
    return LocalCloud(
        root=tmp_path,
        state_dir=tmp_path,
        build_dir=tmp_path / "build",
        emulator_port=4566,
        web_port=8080,
        environments_file=tmp_path / "env.json",
    )


def test_an_unchanged_build_is_not_deployed_again(cloud, engine):
    assert not deploy.is_current(cloud)

    deploy.deploy(cloud)

    assert deploy.is_current(cloud)
    assert deploy.restart_reason(cloud) is None


@pytest.mark.parametrize("change", [{"sources": "b"}, {"identity": "2@2.0"}])
def test_changed_sources_or_a_new_emulator_need_a_deployment(cloud, engine, change):
    deploy.deploy(cloud)

    engine.update(change)

    assert not deploy.is_current(cloud)
    assert deploy.restart_reason(cloud) is None


def test_a_failed_deployment_is_a_reason_to_restart_the_emulator(cloud, engine):
    engine["fails"] = True

    with pytest.raises(LocalCloudError):
        deploy.deploy(cloud)

    assert "deployment failed" in deploy.restart_reason(cloud)


def test_a_refused_change_leaves_a_complete_stack(cloud, engine):
    deploy.deploy(cloud)
    engine.update(sources="b", refuses=True)

    with pytest.raises(LocalCloudError):
        deploy.deploy(cloud)

    assert deploy.restart_reason(cloud) is None
    assert not deploy.is_current(cloud)
    assert "parameters" in deploy.restart_reason(replace(cloud, saga_type="EXPRESS"))


def test_changed_parameters_need_a_restart_of_the_emulator(cloud, engine):
    deploy.deploy(cloud)

    assert "parameters" in deploy.restart_reason(replace(cloud, saga_type="EXPRESS"))
