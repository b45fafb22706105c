"""docs/architecture.md shows the current modules and imports of every service."""

from pathlib import Path

from tools.site.module_diagram import DOCUMENT, mermaid, with_diagrams


def test_the_diagram_of_every_service_is_up_to_date() -> None:
    document = DOCUMENT.read_text()

    assert with_diagrams(document) == document, "draw again: python -m tools.site.module_diagram"
    for folder in sorted({source.parent.name for source in Path("functions").glob("*/*.py")}):
        marker = f"<!-- modules of functions/{folder} -->"
        assert marker in document, (
            f"add a section {folder} to {DOCUMENT.name}, with {marker} and an empty Mermaid block"
        )


def test_an_import_that_a_longer_path_implies_is_omitted(tmp_path: Path) -> None:
    (tmp_path / "api.py").write_text("import use_case\nimport domain\nhandler = use_case.f\n")
    (tmp_path / "use_case.py").write_text("from domain import f\n")
    (tmp_path / "domain.py").write_text("import json\n")

    drawn = mermaid(tmp_path).splitlines()

    assert drawn[1:] == ["  api([api])", "  domain[domain]", "  use_case[use_case]",
                         "  api --> use_case", "  use_case --> domain"]  # fmt: skip
