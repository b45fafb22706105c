"""docs/architecture.md shows the current modules and imports of every service."""

import re
from pathlib import Path

from tools.site.module_diagram import DOCUMENT, mermaid, with_diagrams


def test_the_diagram_of_every_service_is_up_to_date() -> None:
    document = DOCUMENT.read_text()

    assert with_diagrams(document) == document, "draw again: python -m tools.site.module_diagram"
    for source in sorted(Path("functions").glob("*/*.py")):
        drawn = re.findall(rf"<!-- modules of {source.parent}[ ].*?```mermaid(.*?)```", document, re.DOTALL)
        assert re.search(rf"\b{source.stem}\b", "".join(drawn)), (
            f"{DOCUMENT.name} needs <!-- modules of {source.parent} --> and an empty Mermaid block after it, "
            f"or the name of the entry point that imports {source.name} in such a comment"
        )


def test_an_import_that_a_longer_path_implies_is_omitted(tmp_path: Path) -> None:
    (tmp_path / "api.py").write_text("import use_case\nimport domain\nhandler = use_case.f\n")
    (tmp_path / "use_case.py").write_text("from domain import f\n")
    (tmp_path / "domain.py").write_text("import json\n")

    _, _, *drawn = mermaid(tmp_path).splitlines()

    assert drawn == ["  api([api])", "  domain[domain]", "  use_case[use_case]",
                     "  api --> use_case", "  use_case --> domain"]  # fmt: skip


def test_modules_with_the_same_arrows_share_a_box(tmp_path: Path) -> None:
    (tmp_path / "api.py").write_text("import add, remove\nhandler = add.f\n")
    (tmp_path / "add.py").write_text("import store\n")
    (tmp_path / "remove.py").write_text("import store\n")
    (tmp_path / "store.py").write_text("import json\n")
    (tmp_path / "cleanup.py").write_text("import store\nhandler = store.f\n")

    _, _, *drawn = mermaid(tmp_path, "api").splitlines()

    assert drawn == ["  add[add<br/>remove]", "  api([api])", "  store[store]",
                     "  add --> store", "  api --> add"]  # fmt: skip
