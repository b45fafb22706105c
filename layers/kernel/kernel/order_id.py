"""The format of an order id."""

import re

# Check an id before a lookup, because DynamoDB raises an error for a key that is too long.
ORDER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
