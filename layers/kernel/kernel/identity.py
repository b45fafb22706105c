"""Who is calling: the verified Cognito ID token, read in this one place."""

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
# Cognito's are UUIDs. What `sam local` lets through unchecked may be anything.
USER_ID = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True)
class Caller:
    """A signed-in person: the user pool's `sub`, and the groups that they are in."""

    user_id: str
    groups: frozenset[str]

    @property
    def is_operator(self) -> bool:
        return OPERATORS in self.groups


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Return who sent the API Gateway proxy request `event`.

    Raises:
        Problem: 401, nobody is signed in, or by another token than an ID token.
    """
    claims = _claims(event)
    user_id = claims.get("sub")
    if claims.get("token_use") != "id" or not isinstance(user_id, str) or not USER_ID.fullmatch(user_id):
        raise Problem(401, "Send a valid ID token of the user pool in the Authorization header.")
    return Caller(user_id, _groups(claims.get("cognito:groups"), event))


def require_operator(caller: Caller) -> None:
    """Raises: Problem: 403, the caller is not in the group `operators`."""
    if not caller.is_operator:
        raise Problem(403, f"Only members of the group {OPERATORS!r} may do this.")


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    verified = ((event.get("requestContext") or {}).get("authorizer") or {}).get("claims")
    if verified:
        return dict(verified)
    # `sam local` emulates no Cognito authorizer, so there the signature stays unchecked. SAM CLI alone sets this.
    if os.environ.get("AWS_SAM_LOCAL") == "true":
        return _unverified_claims(event)
    return {}


def _unverified_claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the claims of the request's one token; none where there are two, since it is not known which counts."""
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
    """Read `cognito:groups`: a list in a token; text from an authorizer, as `a,b` (API Gateway) or `[a b]`.

    A group's name may hold commas and brackets, but no spaces, so `a,b` may be one group or two:
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
    The token says which. API Gateway has verified it, and the authorizer's text has to agree with it. Where it does
    not, `a,b` counts as one group.
    """
    if isinstance(claim, str):
        claim = _listed(claim, _unverified_claims(event).get("cognito:groups"))
    return frozenset(name for name in claim if isinstance(name, str)) if isinstance(claim, list) else frozenset()


def _listed(text: str, in_token: Any) -> list[str]:
    if isinstance(in_token, list):
        names = [str(name) for name in in_token]
        if text in (",".join(names), f"[{' '.join(names)}]"):
            return names
    if text.startswith("[") and text.endswith("]"):
        return text[1:-1].split()
    return [text] if text else []
