"""Every route of the API, read off the template: so a new one is tested without being named here."""

import re
from dataclasses import dataclass

from contracts.generator.openapi import CALLS, Who
from tests.support.template import resources_of_type


@dataclass(frozen=True)
class Route:
    """A method and a path, and the module of the handler that answers."""

    method: str
    path: str
    module: str

    @property
    def who(self) -> Who:
        return CALLS[str(self)].who

    def at(self, **parameters: str) -> str:
        """Return the path with its parameters filled in; with `anything` for one that is not given."""
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
    """Return the routes that these may call."""
    return [route for route in ROUTES if route.who in who]
