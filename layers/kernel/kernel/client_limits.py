"""Timeouts and retries of AWS clients. A call and its retry take less time than the timeout of the Lambda function."""

from botocore.config import Config

CONNECT_TIMEOUT_SECONDS = 1
# DynamoDB responds in milliseconds. The emulator is one process, which takes seconds on a busy machine.
READ_TIMEOUT_SECONDS = 10
CALL_ATTEMPTS = 2
# Standard mode waits at most 1 s before the first retry: https://docs.aws.amazon.com/boto3/latest/guide/retries.html
MAX_CALL_SECONDS = CALL_ATTEMPTS * (CONNECT_TIMEOUT_SECONDS + READ_TIMEOUT_SECONDS) + 1

CLIENT_LIMITS = Config(
    connect_timeout=CONNECT_TIMEOUT_SECONDS,
    read_timeout=READ_TIMEOUT_SECONDS,
    retries={"mode": "standard", "total_max_attempts": CALL_ATTEMPTS},
)
