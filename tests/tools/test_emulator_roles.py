"""Where the emulator enforces policies, it gets a template without the statements that deny plain HTTP."""

from pathlib import Path

from tools.deployment.template import load
from tools.local_cloud.emulator_roles import template_for_plain_http

BUILT = Path(__file__).resolve().parents[2] / "template.yaml"


def test_no_statement_denies_plain_http_and_all_others_stay(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(BUILT.read_text())

    copy = template_for_plain_http(template)

    assert copy.parent == tmp_path, "paths in the template are relative to it"
    assert "TlsOnly" in template.read_text()
    assert "TlsOnly" not in copy.read_text()
    before, after = load(template), load(copy)
    (statement,) = after["Resources"]["FulfilmentQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    left_out = before["Resources"].keys() - after["Resources"].keys()
    assert left_out, "a policy without statements is none"
    assert all(name.endswith("Policy") for name in left_out)
    assert before["Resources"]["OrdersTable"] == after["Resources"]["OrdersTable"]
