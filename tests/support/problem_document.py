"""Check the API's problem documents."""

from tests.support.shop_on_moto import Response


def assert_problem(answer: Response, status: int, *pointers: str) -> None:
    """Assert that `answer` is a problem document with this status, and with errors at exactly these pointers."""
    document = answer.document
    assert (answer.status, document["status"]) == (status, status), document
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert document.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert all(isinstance(document[name], str) and document[name] for name in ("type", "title", "detail", "instance"))
    assert sorted(error["pointer"] for error in document.get("errors", [])) == sorted(pointers)
    assert all(error["detail"] for error in document.get("errors", []))
