"""Derive the site's navigation from the documents: the README's lists of links are its sections.

Pages that the README does not list appear next to the other pages of their folder, or under `More`.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

HOME = PurePosixPath("index.md")
DOCUMENTS = PurePosixPath("docs")
CONTENTS = "## Documentation"
HEADING = re.compile(r"^### (.+)$", flags=re.MULTILINE)
ENTRY = re.compile(r"^- \[.*(?:\n  .*)*", flags=re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)\)")
REST = "More"

Pages = Mapping[PurePosixPath, str]


def of_home(pages: Pages) -> str:
    """Return the `toctree` directives of the home page, one per section.

    Args:
        pages: The text of every page, by its path.
    """
    folders = of_folders(pages)
    listed = {
        # A folder with an index page is listed by its index page.
        heading: [
            page
            for page in dict.fromkeys(_index_or_itself(each, folders) for each in entries)
            if page in pages and not _is_orphan(pages[page])
        ]
        for heading, entries in sections(pages[HOME]).items()
    }
    with_parent = {page for entries in listed.values() for page in entries}
    with_parent |= {page for folder in folders for page in _children(folder, pages)}
    for page in sorted(set(pages) - with_parent - {HOME}, key=_by_number):
        if not _is_orphan(pages[page]):
            _section_of_folder(page, listed).append(page)
    return "".join(_list(caption, entries) for caption, entries in listed.items() if entries)


def of_folders(pages: Pages) -> dict[PurePosixPath, str]:
    """Return the `toctree` directive of each folder's index page."""
    return {
        page: _list(None, _children(page, pages))
        for page in pages
        if page.name == HOME.name and page != HOME and not _is_orphan(pages[page])
    }


def sections(home: str) -> dict[str, list[PurePosixPath]]:
    """Return the pages that are listed under `CONTENTS`, by the heading of their list.

    Args:
        home: The text of the home page.
    """
    contents = home.partition(CONTENTS)[2].partition("\n## ")[0]
    parts = HEADING.split(contents)[1:]
    return {
        heading: list(
            dict.fromkeys(PurePosixPath(link) for entry in ENTRY.findall(text) for link in LINK.findall(entry))
        )
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


def _index_or_itself(page: PurePosixPath, folders: Collection[PurePosixPath]) -> PurePosixPath:
    index = page.with_name(HOME.name)
    return index if index in folders else page


def _section_of_folder(page: PurePosixPath, listed: dict[str, list[PurePosixPath]]) -> list[PurePosixPath]:
    """Return the section that lists a page of the same folder of docs/, or else the section `More`."""
    for entries in listed.values():
        if page.parent != DOCUMENTS and page.parent in {entry.parent for entry in entries}:
            return entries
    return listed.setdefault(REST, [])


def _children(index: PurePosixPath, pages: Pages) -> list[PurePosixPath]:
    """Return the other pages of an index page's folder: first those that it links to, in its order."""
    beside = (page for page in pages if page.parent == index.parent and page != index and not _is_orphan(pages[page]))
    folder = sorted(beside, key=_by_number)
    listed = [index.parent / link for link in LINK.findall(pages[index])]
    return sorted(folder, key=lambda page: listed.index(page) if page in listed else len(listed))


def _by_number(page: PurePosixPath) -> tuple[int, str]:
    number = re.match(r"\d+", page.name)
    return (int(number[0]) if number else 0, page.name)


def _is_orphan(text: str) -> bool:
    return text.startswith("---\norphan: true\n")


def _list(caption: str | None, entries: Collection[PurePosixPath]) -> str:
    options = f":caption: {caption}\n" if caption else ""
    names = "".join(f"/{page.with_suffix('')}\n" for page in entries)
    return f"\n```{{toctree}}\n:hidden:\n{options}\n{names}```\n"
