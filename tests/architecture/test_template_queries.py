"""SQL over the event store: the table's location, partition projection, and the query limit."""

import json
import re

from tests.architecture.stack_template import resource, where
from tools.event_store.event_query import named_queries

TABLE = resource("EventsTable")["TableInput"]
PARTITIONS = ("year", "month", "day", "hour")


def test_the_partitions_are_the_folders_that_firehose_writes() -> None:
    delivered = resource("EventDeliveryStream")["ExtendedS3DestinationConfiguration"]["Prefix"]
    folders = re.sub(r"!\{timestamp:\w+\}", "#", delivered)
    template = TABLE["Parameters"]["storage.location.template"]["Fn::Sub"]

    # Fn::Sub writes `${year}` as `${!year}`.
    assert re.sub(r"\$\{!\w+\}", "#", template) == "s3://${EventStoreBucket}/" + folders
    assert re.findall(r"(\w+)=\$\{!(\w+)\}", template) == [(name, name) for name in PARTITIONS]
    assert [key["Name"] for key in TABLE["PartitionKeys"]] == list(PARTITIONS)


def test_the_partitions_are_computed_as_firehose_names_them() -> None:
    projection = TABLE["Parameters"]
    ranges = {name: projection[f"projection.{name}.range"] for name in PARTITIONS}

    assert projection["projection.enabled"] == "true"
    assert ranges == {"year": "2026,2040", "month": "1,12", "day": "1,31", "hour": "0,23"}
    assert {projection[f"projection.{name}.type"] for name in PARTITIONS} == {"integer"}
    assert [projection.get(f"projection.{name}.digits") for name in PARTITIONS] == [None, "2", "2", "2"]
    # A string, because a number would lose the leading zero.
    assert {key["Type"] for key in TABLE["PartitionKeys"]} == {"string"}


def test_a_line_is_read_as_text_so_that_no_line_can_fail_a_query() -> None:
    storage = TABLE["StorageDescriptor"]

    assert storage["Columns"] == [{"Name": "line", "Type": "string"}]
    assert storage["SerdeInfo"]["SerializationLibrary"].endswith("LazySimpleSerDe")
    assert "\x01" not in json.dumps({"text": "\x01"}), "JSON escapes what separates the fields"


def test_the_query_limit_cannot_be_overridden() -> None:
    settings = resource("QueryWorkGroup")["WorkGroupConfiguration"]

    assert settings["EnforceWorkGroupConfiguration"] is True
    assert settings["BytesScannedCutoffPerQuery"] == 10_000_000_000
    results = where(set(), settings["ResultConfiguration"])
    assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}


def test_query_results_are_stored_separately_and_expire() -> None:
    location = resource("QueryWorkGroup")["WorkGroupConfiguration"]["ResultConfiguration"]["OutputLocation"]
    (rule,) = resource("QueryResultsBucket")["LifecycleConfiguration"]["Rules"]

    assert location == {"Fn::Sub": "s3://${QueryResultsBucket}/results/"}
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 7)


def test_every_query_of_the_document_reads_some_partitions_only() -> None:
    queries = named_queries()

    assert len(queries) >= 12
    assert [name for name, sql in queries.items() if "WHERE year = " not in sql] == []
