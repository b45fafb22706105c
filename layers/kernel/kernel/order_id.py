"""What an order's id looks like."""

import re

# DynamoDB faults on a key that is too long, so only what can be an order's id is looked up.
ORDER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
