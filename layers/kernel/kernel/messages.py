"""Message bodies and attributes that SNS and SQS accept, for data with any characters."""

import json
import re

MAX_CAUSE_LENGTH = 1000

# SQS refuses control characters, noncharacters (U+FFFE, U+FFFF) and lone surrogates:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_NOT_PLAIN_ASCII = re.compile(r"[^\t\n\r\x20-\x7e]")


def ascii_text(text: str) -> str:
    r"""Replace every character that is not printable ASCII with its JSON escape, such as `\u00fc` for an umlaut.

    The value of a JSON document does not change. Other text stays readable.
    """
    return _NOT_PLAIN_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text)


def cause_attribute(error: Exception) -> dict[str, dict[str, str]]:
    """Return the message attribute `cause`, which says why a message or record is in a dead-letter queue."""
    text = ascii_text(f"{type(error).__name__}: {error}")[:MAX_CAUSE_LENGTH]
    return {"cause": {"DataType": "String", "StringValue": text}}
