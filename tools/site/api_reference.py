"""Write the API reference: `contracts/openapi.json` as a Markdown page."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.site.schema_tables import members, type_words

Part = Mapping[str, Any]


def page(contract: Path) -> str:
    """Return the page: the calls by audience, then the objects of requests and responses."""
    api = json.loads(contract.read_text())
    return "\n".join(_lines(api)) + "\n"


def _lines(api: Part) -> Iterator[str]:
    yield "# The API"
    yield f"\n{api['info']['description']}\n"
    yield f"{api['components']['securitySchemes']['IdToken']['description']} Send it as `Authorization: Bearer …`."
    yield f"Every path begins with `{api['servers'][0]['url']}`: {api['servers'][0]['description']}"
    yield "To try the API, get its address from `make up` and an ID token from `make token USER=alice`.\n"
    yield from _contents(api)
    for tag in [tag["name"] for tag in api["tags"]]:
        yield f"\n## For {tag}\n"
        for path, method, call in _calls(api):
            if tag in call["tags"]:
                yield from _call(path, method, call, api)
    yield "\n## Objects\n"
    for name, schema in api["components"]["schemas"].items():
        yield f"### {name}\n\n{schema.get('description', '')}\n"
        yield members(schema) if schema.get("type") == "object" else f"{type_words(schema)}\n"


def _contents(api: Part) -> Iterator[str]:
    yield "| call | description | for |\n|---|---|---|"
    for path, method, call in _calls(api):
        yield f"| [`{method.upper()} {path}`](#{_anchor(call)}) | {call['summary']} | {', '.join(call['tags'])} |"


def _calls(api: Part) -> Iterator[tuple[str, str, Part]]:
    for path, methods in api["paths"].items():
        for method, call in methods.items():
            yield path, method, call


def _call(path: str, method: str, call: Part, api: Part) -> Iterator[str]:
    yield f"### {call['summary']}\n"
    yield f"```text\n{method.upper()} {path}\n```\n"
    if parameters := call.get("parameters"):
        yield "| parameter | in | type | |\n|---|---|---|---|"
        for each in parameters:
            name = f"`{each['name']}`" + (" (required)" if each.get("required") else "")
            yield f"| {name} | {each['in']} | {type_words(each['schema'])} | {each['description']} |"
        yield ""
    if "requestBody" in call:
        yield from _content("Request body:", call["requestBody"])
    responses = {status: _response(response, api) for status, response in call["responses"].items()}
    yield "| status | description |\n|---|---|"
    for status, response in responses.items():
        yield f"| {status} | {response['description']} |"
    yield ""
    for status, response in responses.items():
        if status.startswith("2"):
            yield from _content(f"Response {status}:", response)


def _content(title: str, holder: Part) -> Iterator[str]:
    for content in holder.get("content", {}).values():
        yield f"{title} {type_words(content['schema'])}\n"
        if "example" in content:
            yield f"```json\n{json.dumps(content['example'], indent=2, ensure_ascii=False)}\n```\n"


def _response(response: Part, api: Part) -> Part:
    if "$ref" in response:
        shared: Part = api["components"]["responses"][response["$ref"].rpartition("/")[2]]
        return shared
    return response


def _anchor(call: Part) -> str:
    return "".join(letter for letter in call["summary"].lower().replace(" ", "-") if letter.isalnum() or letter == "-")
