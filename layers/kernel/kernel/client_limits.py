"""The time limits of AWS clients. A call ends, with a retry, before Lambda ends the function that makes it."""

from botocore.config import Config

CONNECT_TIMEOUT_SECONDS = 1
# DynamoDB answers in milliseconds. The emulator is one process: when the machine is busy, it answers in seconds.
READ_TIMEOUT_SECONDS = 10
ATTEMPTS = 2
# https://docs.aws.amazon.com/boto3/latest/guide/retries.html: standard mode waits at most 1 s before the first retry.
MAX_CALL_SECONDS = ATTEMPTS * (CONNECT_TIMEOUT_SECONDS + READ_TIMEOUT_SECONDS) + 1

CLIENT_LIMITS = Config(
    connect_timeout=CONNECT_TIMEOUT_SECONDS,
    read_timeout=READ_TIMEOUT_SECONDS,
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
)
