"""The push of changes to open pages."""

from tests.architecture.stack_template import resource


def test_a_failed_push_is_given_up_before_it_delays_later_changes_for_long() -> None:
    mapping = resource("ViewsStreamMapping")

    assert mapping["StartingPosition"] == "LATEST"
    assert mapping["MaximumRecordAgeInSeconds"] == 60, "the minimum"
    assert "DestinationConfig" not in mapping, "the next poll of the page repairs it"
