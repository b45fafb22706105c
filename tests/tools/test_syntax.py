"""A syntax error is reported before anything is built."""

from pathlib import Path

import pytest

from tools.deployment.syntax import check_syntax
from tools.local_cloud.cloud import LocalCloudError


@pytest.mark.parametrize("line", ["def handler(:", "return 42"])
@pytest.mark.parametrize("module", ["functions/orders/place_order.py", "layers/kernel/kernel/outbox.py"])
def test_a_syntax_error_is_reported_with_file_and_line(tmp_path: Path, module: str, line: str) -> None:
    (tmp_path / module).parent.mkdir(parents=True)
    (tmp_path / module).write_text("ANSWER = 42\n")
    check_syntax(tmp_path)

    (tmp_path / module).write_text(f"ANSWER = 42\n{line}\n")
    with pytest.raises(LocalCloudError, match=f"{module}, line 2: "):
        check_syntax(tmp_path)
