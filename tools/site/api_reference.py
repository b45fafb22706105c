"""The API's contract as a page to read: `contracts/openapi.json` as Markdown."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.site.schema_tables import members, type_words

Part = Mapping[str, Any]


def page(contract: Path) -> str:
    """Return the page: each call by who may make it, then each object that is sent or answered."""
    api = json.loads(contract.read_text())
    return "\n".join(_lines(api)) + "\n"


def _lines(api: Part) -> Iterator[str]:
    yield "# The API"
    yield f"\n{api['info']['description']}\n"
    yield f"{api['components']['securitySchemes']['IdToken']['description']} It is sent as `Authorization: Bearer …`."
    yield f"Every path begins with `{api['servers'][0]['url']}`: {api['servers'][0]['description']}"
    yield "Try it: `make up` prints the address, and `make token USER=alice` an ID token.\n"
    yield from _contents(api)
    for tag in [tag["name"] for tag in api["tags"]]:
        yield f"\n## For {tag}\n"
        for path, method, call in _calls(api):
            if tag in call["tags"]:
                yield from _call(path, method, call, api)
    yield "\n## The objects\n"
    for name, schema in api["components"]["schemas"].items():
        yield f"### {name}\n\n{schema.get('description', '')}\n"
        yield members(schema) if schema.get("type") == "object" else f"{type_words(schema)}\n"


def _contents(api: Part) -> Iterator[str]:
    yield "| call | what it does | for |\n|---|---|---|"
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
        yield from _content("You send", call["requestBody"])
    answers = {status: _answer(answer, api) for status, answer in call["responses"].items()}
    yield "| answer | when |\n|---|---|"
    for status, answer in answers.items():
        yield f"| {status} | {answer['description']} |"
    yield ""
    for status, answer in answers.items():
        if status.startswith("2"):
            yield from _content(f"Answer {status}:", answer)


def _content(words: str, holder: Part) -> Iterator[str]:
    for content in holder.get("content", {}).values():
        yield f"{words} {type_words(content['schema'])}\n"
        if "example" in content:
            yield f"```json\n{json.dumps(content['example'], indent=2, ensure_ascii=False)}\n```\n"


def _answer(answer: Part, api: Part) -> Part:
    if "$ref" in answer:
        found: Part = api["components"]["responses"][answer["$ref"].rpartition("/")[2]]
        return found
    return answer


def _anchor(call: Part) -> str:
    return "".join(letter for letter in call["summary"].lower().replace(" ", "-") if letter.isalnum() or letter == "-")
