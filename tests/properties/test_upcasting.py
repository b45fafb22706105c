"""Upcasting is idempotent, and leaves events of the current version unchanged."""

from hypothesis import given
from hypothesis import strategies as st

from kernel.cloud_event import CloudEvent, event_id
from view_upcasters import upcast

SCHEMAS = [f"urn:serverless-orders:event:ShipmentBooked:{version}" for version in range(4)]
values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4)
data = st.dictionaries(st.sampled_from(["carrier", "tracking_number", "note"]), values)


@st.composite
def events(draw: st.DrawFn) -> CloudEvent:
    return CloudEvent(
        id=event_id("shipping", "1", 1),
        source="shipping",
        type=draw(st.sampled_from(["ShipmentBooked", "ShipmentRefused"])),
        subject="1",
        time="2026-11-20T15:38:00.000000Z",
        dataschema=draw(st.sampled_from(SCHEMAS) | st.text()),
        sequence=1,
        correlationid="1",
        data=draw(data),
    )


@given(events())
def test_upcasting_again_changes_nothing(event: CloudEvent) -> None:
    once = upcast(event)

    assert upcast(once) == once


@given(events())
def test_upcasting_keeps_all_data(event: CloudEvent) -> None:
    once = upcast(event)

    assert once.data.items() >= event.data.items()
    assert once.model_copy(update={"data": event.data, "dataschema": event.dataschema}) == event


@given(events().filter(lambda event: event.dataschema != SCHEMAS[1]))
def test_data_that_is_not_of_an_earlier_version_is_unchanged(event: CloudEvent) -> None:
    assert upcast(event) is event
