"""An emulator that enforces policies gets a template without the statements that deny plain HTTP."""

from pathlib import Path

from tools.deployment.template import load
from tools.local_cloud.emulator_roles import template_for_plain_http

BUILT = Path(__file__).resolve().parents[2] / "template.yaml"


def test_the_statements_that_deny_plain_http_are_removed_and_all_others_stay(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(BUILT.read_text())

    copy = template_for_plain_http(template)

    assert copy.parent == tmp_path, "paths in the template are relative to it"
    assert "TlsOnly" in template.read_text()
    assert "TlsOnly" not in copy.read_text()
    before, after = load(template), load(copy)
    (statement,) = after["Resources"]["FulfilmentQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    removed = before["Resources"].keys() - after["Resources"].keys()
    assert removed, "policies without statements are removed"
    assert all(name.endswith("Policy") for name in removed)
    assert before["Resources"]["OrdersTable"] == after["Resources"]["OrdersTable"]
