"""`contracts/` holds what the code says, and nothing else."""

from local.contracts import CONTRACTS, documents


def test_every_document_is_as_make_contracts_writes_it() -> None:
    published = {str(file.relative_to(CONTRACTS)): file.read_text() for file in CONTRACTS.rglob("*") if file.is_file()}

    written = documents()

    stale = sorted(path for path in {*written, *published} if written.get(path) != published.get(path))
    assert not stale, f"contracts/ is not as the code is: run `make contracts`, and commit {stale}"
