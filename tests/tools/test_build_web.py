"""Building the web page: the required Node.js, and when a build is necessary."""

import json
import os
import stat

import pytest

from tools.deployment import build_web
from tools.local_cloud.cloud import ROOT, LocalCloudError

NPM = """#!/bin/sh
echo "$@" >> "$CALLS"
test "$1" = ci && mkdir -p node_modules
test "$2" = build && mkdir -p dist && echo page > dist/index.html
exit {status}
"""


def program(path, text):
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Return a checkout with a page, and put fakes of node and npm on the PATH that record their calls."""
    tools = tmp_path / "bin"
    tools.mkdir()
    program(tools / "node", "#!/bin/sh\necho v20.19.0\n")
    program(tools / "npm", NPM.format(status=0))
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    (tmp_path / "calls").touch()
    (tmp_path / "frontend/src").mkdir(parents=True)
    (tmp_path / "frontend/package-lock.json").write_text("{}")
    (tmp_path / "frontend/src/start.tsx").write_text("first")
    return tmp_path


def calls(checkout):
    return [call.split()[0] for call in (checkout / "calls").read_text().splitlines()]


def test_the_first_build_installs_packages_and_the_second_does_nothing(checkout):
    assert build_web.build_web(checkout) is True
    assert build_web.build_web(checkout) is False
    assert calls(checkout) == ["ci", "run"]


def test_a_changed_source_is_built_without_installing_again(checkout):
    build_web.build_web(checkout)
    (checkout / "frontend/src/start.tsx").write_text("second")

    assert build_web.build_web(checkout) is True
    assert calls(checkout) == ["ci", "run", "run"]


def test_a_changed_lock_is_installed_and_built(checkout):
    build_web.build_web(checkout)
    (checkout / "frontend/package-lock.json").write_text('{"lockfileVersion": 3}')

    assert build_web.build_web(checkout) is True
    assert calls(checkout) == ["ci", "run", "ci", "run"]


def test_a_deleted_page_is_rebuilt(checkout):
    build_web.build_web(checkout)
    (checkout / "frontend/dist/index.html").unlink()

    assert build_web.build_web(checkout) is True


def test_the_error_of_npm_is_in_the_message(checkout):
    program(checkout / "bin/npm", "#!/bin/sh\necho 'ENOTFOUND registry' >&2\nexit 1\n")

    with pytest.raises(LocalCloudError, match=r"(?s)npm ci.*ENOTFOUND"):
        build_web.build_web(checkout)


def test_the_error_for_a_missing_or_old_node_says_how_to_install_it(checkout, monkeypatch):
    program(checkout / "bin/node", "#!/bin/sh\necho v18.20.4\n")
    with pytest.raises(LocalCloudError, match=r"20\.19 or newer, but .*v18\.20\.4\.\nInstall it"):
        build_web.require_node()

    monkeypatch.setenv("PATH", os.fspath(checkout))
    with pytest.raises(LocalCloudError, match=r"there is no `node` on the PATH"):
        build_web.require_node()


@pytest.mark.parametrize(
    ("text", "numbers"), [("v22.4.1", (22, 4, 1)), ("v20.19.0-nightly", (20, 19, 0)), ("", ()), ("sh: 1", ())]
)
def test_a_version_is_parsed_into_its_numbers(text, numbers):
    assert build_web.node_version(text) == numbers


def test_the_lock_file_records_no_download_addresses():
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
