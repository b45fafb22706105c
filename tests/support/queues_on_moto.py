"""The template's queues on moto, with the environment variables that the template passes to the functions."""

import json
import re
from collections.abc import Callable
from typing import Any

import boto3

from tests.support.template import resources_of_type, template

Json = dict[str, Any]


class QueuesOnMoto:
    """Every queue of the template, by logical id, without redrive policies."""

    def __init__(self, set_variable: Callable[[str, str], None]) -> None:
        self.sqs = boto3.client("sqs")
        self.urls = {
            name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in resources_of_type("AWS::SQS::Queue")
        }
        # By the names that operators use: the dead-letter queues, and the queues to which a redrive sends messages.
        self.dead_letters = self._set_variable("DEAD_LETTER_QUEUES", set_variable)
        self.sources = self._set_variable("SOURCE_QUEUES", set_variable)
        set_variable("FULFILMENT_QUEUE_URL", self.urls["FulfilmentQueue"])

    def _set_variable(self, variable: str, set_variable: Callable[[str, str], None]) -> dict[str, str]:
        function = template()["Resources"]["DeadLettersApiFunction"]
        # The queues on moto have their logical ids as names.
        text = function["Properties"]["Environment"]["Variables"][variable]["Fn::Sub"]
        names = re.sub(r"\$\{(\w+)\.QueueName\}", r"\1", text)
        set_variable(variable, names)
        queues: dict[str, str] = json.loads(names)
        return queues

    def send(self, queue: str, body: str, **attributes: str) -> None:
        texts = {name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()}
        self.sqs.send_message(QueueUrl=self.urls[queue], MessageBody=body, MessageAttributes=texts)

    def messages(self, queue: str) -> list[Json]:
        """Return a queue's messages, oldest first, without deleting them."""
        response = self.sqs.receive_message(
            QueueUrl=self.urls[queue],
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
            MessageAttributeNames=["All"],
        )
        return [dict(message) for message in response.get("Messages", [])]

    def bodies(self, queue: str) -> list[str]:
        return [message["Body"] for message in self.messages(queue)]

    def take(self, queue: str) -> list[str]:
        """Return the bodies of a queue's messages, and delete the messages."""
        messages = self.messages(queue)
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.urls[queue], ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in messages]
