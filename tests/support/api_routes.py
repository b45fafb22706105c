"""The routes of the API, read from the template. Tests cover a new route without naming it."""

import re
from dataclasses import dataclass

from contracts.generator.api_call import Who
from contracts.generator.openapi import CALLS
from tests.support.openapi_document import route_of
from tests.support.template import resources_of_type


@dataclass(frozen=True)
class Route:
    """A method and a path, and the entry point (a module) that serves it."""

    method: str
    path: str
    entry_point: str

    @property
    def who(self) -> Who:
        return CALLS[str(self)].who

    def at(self, **parameters: str) -> str:
        """Return the path with its parameters filled in. The default of each parameter is `anything`."""
        return re.sub(r"\{(\w+)\}", lambda found: parameters.get(found[1], "anything"), self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ROUTES = [
    Route(event["Properties"]["Method"], event["Properties"]["Path"], function["Properties"]["Handler"].split(".")[0])
    for function in resources_of_type("AWS::Serverless::Function").values()
    for event in function["Properties"].get("Events", {}).values()
    if event["Type"] == "Api"
]


def routes_for(*who: Who) -> list[Route]:
    """Return the routes that these users may call."""
    return [route for route in ROUTES if route.who in who]


def entry_point_of(method: str, path: str) -> str:
    """Return the entry point that serves the request."""
    (entry_point,) = {route.entry_point for route in ROUTES if str(route) == route_of(method, path)}
    return entry_point
