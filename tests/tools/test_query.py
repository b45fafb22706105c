"""`make query` and `make set-aside`: the selected query, the output, and the errors."""

import gzip
from io import BytesIO, StringIO

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from tools.event_store import stored_objects
from tools.event_store.event_query import Answer, QueryRefused, ask, named_queries
from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import run_query


class Athena:
    """A fake Athena: the state of a query changes with each poll, and results have several pages."""

    class exceptions:  # noqa: N801 (boto3's name)
        class InvalidRequestException(Exception):
            response = {"Error": {"Message": "line 1:1: mismatched input 'SELEC'"}}  # noqa: RUF012

    def __init__(self, states=("QUEUED", "RUNNING", "SUCCEEDED"), reason="", statement="DML"):
        self.athena = self
        self.states = list(states)
        self.reason = reason
        self.statement = statement
        self.asked = None

    def start_query_execution(self, **call):
        if call["QueryString"].startswith("SELEC "):
            raise self.exceptions.InvalidRequestException
        self.asked = call
        return {"QueryExecutionId": "1"}

    def get_query_execution(self, **_):
        status = {"State": self.states.pop(0), "StateChangeReason": self.reason}
        return {"QueryExecution": {"Status": status, "StatementType": self.statement}}

    def get_paginator(self, _):
        return self

    def paginate(self, **_):
        heading = [["sku", "sold"]] if self.statement == "DML" else []
        for rows in ([*heading, ["CUP[1]", "12"]], [["JAR-2", None]]):
            yield {
                "ResultSet": {
                    "ResultSetMetadata": {"ColumnInfo": [{"Name": "sku"}, {"Name": "sold"}]},
                    "Rows": [{"Data": [{"VarCharValue": text} if text else {} for text in row]} for row in rows],
                }
            }


class Stack:
    outputs = {"EventsDatabaseName": "shop_db", "QueryWorkGroupName": "shop-events"}  # noqa: RUF012


@pytest.fixture
def console():
    return Console(file=StringIO(), width=100)


def test_a_result_has_all_pages_and_no_header_row():
    athena = Athena()

    assert ask(athena, Stack(), "SELECT 1") == Answer(("sku", "sold"), (("CUP[1]", "12"), ("JAR-2", None)))
    assert athena.asked["WorkGroup"] == "shop-events"
    assert athena.asked["QueryExecutionContext"] == {"Database": "shop_db"}


def test_the_result_of_another_statement_than_select_has_no_header_row():
    assert len(ask(Athena(statement="UTILITY"), Stack(), "SHOW TABLES").rows) == 2


def test_a_result_is_printed_as_a_table(console):
    assert run_query.show(console, Athena(), Stack(), "SELECT 1") == 0

    printed = console.file.getvalue()
    assert "CUP[1]    12" in printed
    assert "None" not in printed
    assert "2 rows" in printed


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT nonsense"])
def test_a_wrong_query_prints_the_engines_error_and_exits_with_status_2(console, sql):
    reason = "line 1:1: mismatched input 'SELEC'" if sql == "SELEC 1" else "COLUMN_NOT_FOUND: [nonsense]"

    assert run_query.show(console, Athena(("RUNNING", "FAILED"), reason), Stack(), sql) == 2
    assert reason in console.file.getvalue()


def test_a_query_that_reads_too_much_is_refused():
    with pytest.raises(QueryRefused, match="Bytes scanned limit was exceeded"):
        ask(Athena(("CANCELLED",), "Bytes scanned limit was exceeded"), Stack(), "SELECT 1")


def test_a_query_is_selected_by_its_text_or_by_its_name():
    assert run_query.choose("SELECT 1", None) == "SELECT 1"
    assert run_query.choose(None, "funnel") == named_queries()["funnel"]
    assert run_query.choose(None, None) is None


def test_the_error_for_an_unknown_name_lists_the_queries():
    with pytest.raises(LocalCloudError, match=r"no query named revenues.*\n(.*\n)*  revenue-per-day"):
        run_query.choose(None, "revenues")


def test_without_a_query_the_usage_is_printed(console):
    run_query.explain(console)

    printed = console.file.getvalue()
    assert "make query SQL='SELECT count(*) FROM events'" in printed
    assert "make query Q=revenue-per-day" in printed


class Store:
    """A fake S3 with an event store of a few objects."""

    def __init__(self, objects):
        self.s3 = self
        self.objects = objects

    def get_paginator(self, _):
        return self

    def paginate(self, *, Bucket, Prefix):  # noqa: N803
        assert Bucket == "store"
        yield {"Contents": [{"Key": key} for key in self.objects if key.startswith(Prefix)]}

    def get_object(self, *, Bucket, Key):  # noqa: N803
        assert Bucket == "store"
        return {"Body": BytesIO(self.objects[Key])}

    def copy_object(self, *, Bucket, Key, CopySource):  # noqa: N803
        if CopySource["Key"] not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "CopyObject")
        assert Bucket == CopySource["Bucket"] == "store"
        self.objects[Key] = self.objects[CopySource["Key"]]

    def delete_object(self, *, Bucket, Key):  # noqa: N803
        assert Bucket == "store"
        del self.objects[Key]


class StoreStack(Stack):
    outputs = {**Stack.outputs, "EventStoreBucketName": "store"}  # noqa: RUF012


GOOD = b'{"name": "Zo\xc3\xab"}\n'
BAD = {
    "events/latin-1": (b'{"name": "Zo\xeb"}\n', "not UTF-8 text (byte 12)"),
    "events/packed": (gzip.compress(GOOD), "not UTF-8 text (byte 1)"),
    "events/damaged.gz": (gzip.compress(GOOD)[:9] + b"x", "damaged gzip data"),
    "events/long": (b"x" * 2_000_001, "a line is longer than 2000000 bytes"),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_for_an_unreadable_object_names_it_and_says_what_to_do(console, name):
    store = Store({"events/good": GOOD, "events/good.gz": gzip.compress(GOOD), name: BAD[name][0]})
    athena = Athena(("FAILED",), "Invalid Input Error: CSV Error on Line: 1 ... This file is not utf-8 encoded.")
    athena.s3 = store

    assert run_query.show(console, athena, StoreStack(), "SELECT 1") == 2

    printed = console.file.getvalue()
    assert f"  {name}: {BAD[name][1]}" in printed
    assert f"make set-aside OBJECT='{name}'" in printed
    assert "make republish" in printed
    assert "events/good" not in printed
    assert "CSV Error" not in printed


def test_without_an_unreadable_object_the_engines_error_is_printed(console):
    athena = Athena(("FAILED",), "CSV Error of another kind")
    athena.s3 = Store({"events/good": GOOD})

    assert run_query.show(console, athena, StoreStack(), "SELECT 1") == 2
    assert "CSV Error of another kind" in console.file.getvalue()


def test_set_aside_moves_an_object_out_of_the_events(console):
    store = Store({"events/year=2026/bad": b"\xff", "events/good": GOOD})

    assert stored_objects.show_set_aside(console, store, StoreStack(), "events/year=2026/bad") == 0

    assert store.objects == {"set-aside/events/year=2026/bad": b"\xff", "events/good": GOOD}
    assert list(stored_objects.unreadable_objects(store, StoreStack())) == []


@pytest.mark.parametrize("key", [None, "rebuilds/x", "events/none"])
def test_set_aside_refuses_keys_that_are_not_objects_of_events(console, key):
    store = Store({"events/good": GOOD, "rebuilds/x": b""})

    with pytest.raises(LocalCloudError):
        stored_objects.show_set_aside(console, store, StoreStack(), key)
    assert store.objects.keys() == {"events/good", "rebuilds/x"}
