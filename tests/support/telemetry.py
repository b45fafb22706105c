"""Read the functions' log lines, metrics and traces in a test."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.context import Context

from kernel.observability import logger, tracer

Annotations = dict[str, str]


class Telemetry:
    """The log lines and metrics of a test."""

    def __init__(self, log: "_Log", capsys: pytest.CaptureFixture[str]) -> None:
        self._log = log
        self._capsys = capsys

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the log, each with the `function_name` that the name of its log group has on AWS."""
        return list(self._log.lines)

    def metrics(self) -> list[dict[str, Any]]:
        """Return the lines in the embedded metric format since the last call."""
        lines = self._capsys.readouterr().out.splitlines()
        return [json.loads(line) for line in lines if line.startswith('{"_aws"')]


def telemetry_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Telemetry:
    log = _Log()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    return Telemetry(log, capsys)


class _Log(StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def write(self, text: str) -> int:
        self.lines.append(json.loads(text) | {"function_name": logger.get_current_keys().get("function_name")})
        return super().write(text)


def values_of(metrics: list[dict[str, Any]], name: str) -> list[float]:
    """Return every recorded value of a metric."""
    return [value for line in metrics for value in line.get(name, [])]


@contextmanager
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[Annotations]]]:
    """Trace the enclosed code with the real X-Ray SDK.

    Yields:
        A function that returns the annotations of each segment and subsegment.
    """
    monkeypatch.setattr(tracer, "disabled", False)
    global_sdk_config.set_sdk_enabled(True)
    try:
        xray_recorder.configure(sampling=False, context=Context(), emitter=_NoEmitter(), streaming_threshold=1000)
        with xray_recorder.in_segment("test") as segment:
            yield lambda: [_our_annotations(part) for part in _parts(segment) if _our_annotations(part)]
    finally:
        global_sdk_config.set_sdk_enabled(False)


def _our_annotations(part: Any) -> Annotations:
    """Return the annotations without those of Powertools."""
    return {name: text for name, text in part.annotations.items() if name not in ("ColdStart", "Service")}


def _parts(segment: Any) -> Iterator[Any]:
    yield segment
    for part in segment.subsegments:
        yield from _parts(part)


class _NoEmitter:
    def send_entity(self, _entity: object) -> None:
        pass
