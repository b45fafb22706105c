"""Find the ids of a customer by e-mail address: `POST /customers/search`. For operators.

The address is in the body, because API Gateway, CloudFront and browsers store URLs with their query parameters.
"""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

import customer_account
from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.identity import require_operator

# The address becomes part of a filter expression. Quotes would end it, and no common address contains them.
EMAIL = r'^[^\s"\\@]+@[^\s"\\@]+$'


class FindCustomer(RequestBody):
    email: Annotated[str, Field(pattern=EMAIL, max_length=254)]


class FoundCustomers(ResponseBody):
    """The customers with the e-mail address: one, or none."""

    customer_ids: list[str]


routes = Routes()


@routes.post("/customers/search")
def find_customer() -> Response[str]:
    """Return 200 and the ids of the users with this e-mail address. Empty if there is none."""
    require_operator(routes.caller())
    request = routes.body(FindCustomer)
    return json_response(200, FoundCustomers(customer_ids=customer_account.ids_of(request.email)))
