"""The generated files are up to date. `contracts/` also holds the earlier versions of events, and the catalogue."""

from contracts.generator.write import documents, published, text_of


def test_every_document_is_as_make_contracts_writes_it() -> None:
    present = published()

    stale = [str(path) for path, document in documents().items() if present.get(path) != text_of(document)]

    assert not stale, f"out of date: run `make contracts`, and commit {stale}"


def test_there_are_no_other_files_except_earlier_event_versions() -> None:
    wanted = documents()

    for path in published().keys() - wanted.keys():
        assert path.parts[:2] == ("contracts", "events")
        assert any(other.parent == path.parent and int(path.stem) < int(other.stem) for other in wanted), path
