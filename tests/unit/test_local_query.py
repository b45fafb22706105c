"""`make query`: which query it runs, what it prints, and what it says where it cannot."""

from io import StringIO

import pytest
from rich.console import Console

from local.cloud import LocalCloudError
from local.event_query import Answer, QueryRefused, ask, named_queries
from local.terminal import query_on_screen


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
