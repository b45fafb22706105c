"""`make query`: which query it runs, what it prints, and what it says where it cannot."""

import gzip
from io import BytesIO, StringIO

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from tools.event_store import stored_objects
from tools.event_store.event_query import Answer, QueryRefused, ask, named_queries
from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import query_on_screen


class Athena:
    """Answers as Athena does: the state moves on with each look, results come in pages."""

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


def test_an_answer_has_all_pages_and_no_heading_row():
    athena = Athena()

    assert ask(athena, Stack(), "SELECT 1") == Answer(("sku", "sold"), (("CUP[1]", "12"), ("JAR-2", None)))
    assert athena.asked["WorkGroup"] == "shop-events"
    assert athena.asked["QueryExecutionContext"] == {"Database": "shop_db"}


def test_what_is_no_select_has_no_heading_row_to_drop():
    assert len(ask(Athena(statement="UTILITY"), Stack(), "SHOW TABLES").rows) == 2


def test_an_answer_is_printed_as_a_table(console):
    assert query_on_screen.show(console, Athena(), Stack(), "SELECT 1") == 0

    printed = console.file.getvalue()
    assert "CUP[1]    12" in printed
    assert "None" not in printed
    assert "2 rows" in printed


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT nonsense"])
def test_a_wrong_query_ends_with_the_engines_words_and_status_2(console, sql):
    reason = "line 1:1: mismatched input 'SELEC'" if sql == "SELEC 1" else "COLUMN_NOT_FOUND: [nonsense]"

    assert query_on_screen.show(console, Athena(("RUNNING", "FAILED"), reason), Stack(), sql) == 2
    assert reason in console.file.getvalue()


def test_a_query_that_reads_too_much_is_refused():
    with pytest.raises(QueryRefused, match="Bytes scanned limit was exceeded"):
        ask(Athena(("CANCELLED",), "Bytes scanned limit was exceeded"), Stack(), "SELECT 1")


def test_a_query_is_chosen_by_its_text_or_its_name():
    assert query_on_screen.choose("SELECT 1", None) == "SELECT 1"
    assert query_on_screen.choose(None, "funnel") == named_queries()["funnel"]
    assert query_on_screen.choose(None, None) is None


def test_an_unknown_name_is_answered_with_those_that_there_are():
    with pytest.raises(LocalCloudError, match=r"no query named revenues.*\n(.*\n)*  revenue-per-day"):
        query_on_screen.choose(None, "revenues")


def test_without_a_query_it_says_how_to_ask(console):
    query_on_screen.explain(console)

    printed = console.file.getvalue()
    assert "make query SQL='SELECT count(*) FROM events'" in printed
    assert "make query Q=revenue-per-day" in printed


class Store:
    """An event store of a few objects, as S3 shows it."""

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
def test_an_object_that_no_query_can_read_is_named_with_what_to_do(console, name):
    store = Store({"events/good": GOOD, "events/good.gz": gzip.compress(GOOD), name: BAD[name][0]})
    athena = Athena(("FAILED",), "Invalid Input Error: CSV Error on Line: 1 ... This file is not utf-8 encoded.")
    athena.s3 = store

    assert query_on_screen.show(console, athena, StoreStack(), "SELECT 1") == 2

    printed = console.file.getvalue()
    assert f"  {name}: {BAD[name][1]}" in printed
    assert f"make set-aside OBJECT='{name}'" in printed
    assert "make reannounce" in printed
    assert "events/good" not in printed
    assert "CSV Error" not in printed


def test_without_such_an_object_the_engines_words_are_shown(console):
    athena = Athena(("FAILED",), "CSV Error of another kind")
    athena.s3 = Store({"events/good": GOOD})

    assert query_on_screen.show(console, athena, StoreStack(), "SELECT 1") == 2
    assert "CSV Error of another kind" in console.file.getvalue()


def test_an_object_that_is_set_aside_is_among_the_events_no_more(console):
    store = Store({"events/year=2026/bad": b"\xff", "events/good": GOOD})

    assert stored_objects.show_set_aside(console, store, StoreStack(), "events/year=2026/bad") == 0

    assert store.objects == {"set-aside/events/year=2026/bad": b"\xff", "events/good": GOOD}
    assert list(stored_objects.unreadable_objects(store, StoreStack())) == []


@pytest.mark.parametrize("key", [None, "rebuilds/x", "events/none"])
def test_what_is_no_object_of_events_is_not_set_aside(console, key):
    store = Store({"events/good": GOOD, "rebuilds/x": b""})

    with pytest.raises(LocalCloudError):
        stored_objects.show_set_aside(console, store, StoreStack(), key)
    assert store.objects.keys() == {"events/good", "rebuilds/x"}
