"""The caller's identity, from the verified Cognito ID token. No other module reads the token."""

import base64
import binascii
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.problems import Problem

OPERATORS = "operators"
# Cognito's ids are UUIDs. Under `sam local` the claims are not verified, so an id can be any text.
USER_ID = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True)
class Caller:
    """A signed-in user.

    Attributes:
        user_id: The `sub` of the user in the user pool.
        groups: The groups of the user.
    """

    user_id: str
    groups: frozenset[str]

    @property
    def is_operator(self) -> bool:
        return OPERATORS in self.groups


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Return the caller of an API Gateway proxy request.

    Raises:
        Problem: 401, the request has no ID token or another kind of token.
    """
    claims = _claims(event)
    user_id = claims.get("sub")
    if claims.get("token_use") != "id" or not isinstance(user_id, str) or not USER_ID.fullmatch(user_id):
        raise Problem(
            401, "The request has no valid ID token: sign in, and send the ID token in the Authorization header."
        )
    return Caller(user_id, _groups(claims.get("cognito:groups"), event))


def require_operator(caller: Caller) -> None:
    """Require the caller to be an operator.

    Raises:
        Problem: 403, the caller is not in the group `operators`.
    """
    if not caller.is_operator:
        raise Problem(403, f"Only members of the group {OPERATORS!r} can do this: sign in as an operator.")


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    verified = ((event.get("requestContext") or {}).get("authorizer") or {}).get("claims")
    if verified:
        return dict(verified)
    # `sam local` has no Cognito authorizer, so this code does not check the signature. Only SAM CLI sets this variable.
    if os.environ.get("AWS_SAM_LOCAL") == "true":
        return _unverified_claims(event)
    return {}


def _unverified_claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the claims of the token; none if there are several, because the valid one is unknown."""
    multiple = {name.lower(): values for name, values in (event.get("multiValueHeaders") or {}).items()}
    if len(multiple.get("authorization") or []) > 1:
        return {}
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    token = str(headers.get("authorization") or "").removeprefix("Bearer ")
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _groups(claim: Any, event: Mapping[str, Any]) -> frozenset[str]:
    """Parse `cognito:groups`: a list in a token, text from an authorizer (`a,b` from API Gateway, or `[a b]`).

    The name of a group can contain commas and brackets, but no spaces. Therefore `a,b` is one group or two:
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
    If the token, which API Gateway has verified, agrees with the text, its list counts. If not, `a,b` is one group.
    """
    if isinstance(claim, str):
        claim = _parse_groups(claim, _unverified_claims(event).get("cognito:groups"))
    return frozenset(name for name in claim if isinstance(name, str)) if isinstance(claim, list) else frozenset()


def _parse_groups(text: str, in_token: Any) -> list[str]:
    if isinstance(in_token, list):
        names = [str(name) for name in in_token]
        if text in (",".join(names), f"[{' '.join(names)}]"):
            return names
    if text.startswith("[") and text.endswith("]"):
        return text[1:-1].split()
    return [text] if text else []
