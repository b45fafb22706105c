"""The pages that `make docs` writes before it runs Sphinx."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tools.local_cloud.cloud import LocalCloudError
from tools.site.navigation import sections
from tools.site.pages import write_pages

HOME = """# Home

See [the order](functions/order.py), [the functions](functions) and [a part](docs/saga.md#undo).

```sh
echo '[left](alone.py)'
```

## Documentation

### Understand

- [The saga](docs/saga.md): the story

### Learn

- [Lab 1](docs/labs/1-first.md)

## The end
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Create a small Git repository."""
    root = tmp_path / "repository"
    for name, text in {
        "README.md": HOME,
        "docs/saga.md": "#\n\n![A picture](images/saga.png), [home](../README.md), [all](decisions/README.md)",
        "docs/images/saga.png": "",
        "docs/decisions/README.md": "# Decisions\n",
        "docs/decisions/0010-ten.md": "# Ten\n",
        "docs/decisions/0002-two.md": "# Two\n",
        "docs/labs/1-first.md": "# Lab 1\n",
        "docs/labs/2-second.md": "# Lab 2\n",
        "docs/cost.md": "# What it costs\n",
        "functions/icon.svg": "",
        "functions/order.py": "text = '''\n```\n[no](link.md)\n```\n'''\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run(["git", "init", "--quiet", root], check=True)  # noqa: S603, S607
    return root


@pytest.fixture
def pages(repository: Path, tmp_path: Path) -> Path:
    write_pages(tmp_path / "pages", repository)
    return tmp_path / "pages"


def test_links_to_code_lead_to_a_page_that_shows_it(pages: Path) -> None:
    home = (pages / "index.md").read_text()

    assert "[the order](functions/order.py.md)" in home
    assert "[a part](docs/saga.md#undo)" in home
    assert "````{code-block} python" in (pages / "functions/order.py.md").read_text()


def test_links_to_a_folder_lead_to_a_list_of_its_files(pages: Path) -> None:
    assert "[the functions](functions/index.md)" in (pages / "index.md").read_text()
    assert "- icon.svg\n- [order.py](order.py.md)" in (pages / "functions/index.md").read_text()


def test_a_readme_is_its_folders_first_page(pages: Path) -> None:
    saga = (pages / "docs/saga.md").read_text()

    assert "[home](../index.md)" in saga
    assert "[all](decisions/index.md)" in saga
    assert "![A picture](images/saga.png)" in saga
    assert (pages / "docs/images/saga.png").exists()


def test_code_blocks_are_unchanged(pages: Path) -> None:
    assert "echo '[left](alone.py)'" in (pages / "index.md").read_text()


def test_the_readmes_lists_are_the_navigation(pages: Path) -> None:
    assert ":caption: Understand\n\n/docs/saga\n```" in (pages / "index.md").read_text()
    assert sections(HOME)["Learn"] == [PurePosixPath("docs/labs/1-first.md")]


def test_a_page_that_the_readme_does_not_list_is_in_the_navigation(pages: Path) -> None:
    home = (pages / "index.md").read_text()

    assert "/docs/labs/1-first\n/docs/labs/2-second\n" in home
    assert ":caption: More\n\n/docs/cost\n" in home
    assert "/docs/decisions/0002-two\n/docs/decisions/0010-ten\n" in (pages / "docs/decisions/index.md").read_text()


def test_a_folder_with_an_index_page_is_listed_by_it(repository: Path, pages: Path) -> None:
    (repository / "docs/labs/README.md").write_text("# Labs\n\n[the second](2-second.md), [its solution](2.patch)\n")
    (repository / "docs/labs/2.patch").write_text("+a line\n")

    write_pages(pages, repository)

    assert ":caption: Learn\n\n/docs/labs/index\n```" in (pages / "index.md").read_text()
    assert ":hidden:\n\n/docs/labs/2-second\n/docs/labs/1-first\n```" in (pages / "docs/labs/index.md").read_text()


def test_a_removed_page_is_deleted_and_an_unchanged_page_keeps_its_time(repository: Path, pages: Path) -> None:
    before = (pages / "docs/saga.md").stat().st_mtime_ns
    (repository / "docs/cost.md").unlink()

    write_pages(pages, repository)

    assert not (pages / "docs/cost.md").exists()
    assert (pages / "docs/saga.md").stat().st_mtime_ns == before


def test_a_broken_link_is_reported_with_its_document(repository: Path, tmp_path: Path) -> None:
    (repository / "docs/cost.md").write_text("[gone](gone.py)\n")

    with pytest.raises(LocalCloudError, match=r"docs/cost\.md: the target of the link gone\.py does not exist"):
        write_pages(tmp_path / "pages", repository)
