"""Log lines in readable form."""

import json

from tools.terminal.logs import readable


def test_a_powertools_line_shows_level_message_and_extra_fields():
    entry = {
        "level": "INFO",
        "location": "handler:1",
        "message": "stock reserved",
        "service": "inventory",
        "order_id": "o-1",
    }

    line = readable(json.dumps(entry), 1_700_000_000_000, "InventorySagaFunction").plain

    assert "InventorySaga " in line
    assert "INFO    stock reserved  order_id=o-1" in line
    assert "location" not in line


def test_an_exception_is_printed_below_its_line():
    entry = {"level": "ERROR", "message": "failed", "exception": "Traceback\n  ValueError: no"}

    assert readable(json.dumps(entry), 0, "F").plain.endswith("failed\nTraceback\n  ValueError: no")


def test_plain_text_is_printed_unchanged():
    assert readable("hello\n", 0, "F").plain.endswith("hello")


def test_metrics_and_lambdas_own_lines_are_not_printed():
    assert readable('{"_aws": {"Timestamp": 1}}', 0, "F") is None
    assert readable("REPORT RequestId: 1 Duration: 3 ms", 0, "F") is None


def test_a_line_break_in_a_value_cannot_forge_a_line():
    entry = {"level": "INFO", "message": "placed", "name": "Ada\r\n12:00:00 CapturePayment INFO captured"}

    assert len(readable(json.dumps(entry), 0, "F").plain.splitlines()) == 1
