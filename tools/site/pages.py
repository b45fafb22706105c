"""Write the site's pages: the documents, and a page for each file and folder that they link to.

A page has the same path as its file in the repository, so only the endings of links change:
`../functions/orders/order.py` becomes `../functions/orders/order.py.md`. A contract becomes a reference page.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from tools.local_cloud.cloud import ROOT, LocalCloudError
from tools.site import api_reference, event_reference, navigation

HOME = PurePosixPath("README.md")
PICTURES = {".png", ".svg", ".jpg"}
BLOCK = re.compile(r"^ *(?P<fence>`{3,}).*?^ *(?P=fence) *$", flags=re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)#\s]+)")
# Syntax highlighting by file suffix. Other files are plain text.
LANGUAGES = {
    ".css": "css",
    ".html": "html",
    ".js": "javascript",
    ".json": "json",
    ".patch": "diff",
    ".py": "python",
    ".sh": "bash",
    ".toml": "toml",
    ".ts": "typescript",
    ".tsx": "typescript",
    ".yaml": "yaml",
    ".yml": "yaml",
    "Makefile": "make",
}
NOT_IN_SEARCH = "---\norphan: true\nnosearch: true\n---\n"

Render = Callable[[Path], str]
RENDERINGS: dict[str, Render] = {
    "contracts/openapi.json": api_reference.page,
    "contracts/asyncapi.json": event_reference.page,
    "contracts/events/*/*.json": event_reference.schema_page,
}


def write_pages(target: Path, root: Path = ROOT) -> list[PurePosixPath]:
    """Write every page into `target`, and delete pages of earlier builds.

    Unchanged pages are not written, because Sphinx reads a page again when its modification time changes.

    Returns:
        The paths of the pages, relative to `target`.

    Raises:
        LocalCloudError: A document links to a file that does not exist, or `root` is no Git clone.
    """
    pages = dict(_pages(root))
    pages[page_of(HOME)] += navigation.of_home(pages)
    for folder, index in navigation.of_folders(pages).items():
        pages[folder] += index
    written = {target / path: text.encode() for path, text in pages.items()}
    written |= {target / picture: (root / picture).read_bytes() for picture in _pictures(root)}
    for file in {file for file in target.rglob("*") if file.is_file()} - set(written):
        file.unlink()
    for file, content in written.items():
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return sorted(pages)


def page_of(path: PurePosixPath, root: Path = ROOT) -> PurePosixPath:
    """Return the path of the page of a file or folder of the repository."""
    if path.name == HOME.name:
        return path.with_name("index.md")
    if path.suffix in {".md", *PICTURES}:
        return path
    return path / "index.md" if (root / path).is_dir() else path.with_name(f"{path.name}.md")


def links(text: str) -> Iterator[str]:
    """Yield the paths that a document links to, without anchors and web addresses."""
    yield from LINK.findall(BLOCK.sub("", text))


def _pages(root: Path) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield every page with its text: first the documents, then the files that are reachable from them."""
    documents = [HOME, *(PurePosixPath(file.relative_to(root).as_posix()) for file in root.glob("docs/**/*.md"))]
    pages_of_documents = {page_of(document, root) for document in documents}
    seen, remaining = set(documents), sorted(documents)
    while remaining:
        path = remaining.pop()
        text = (root / path).read_text() if path.suffix == ".md" else _page_of_code(path, root)
        for target in {_resolved(path, link, root) for link in links(text)} - seen:
            seen.add(target)
            if target.suffix not in PICTURES and page_of(target, root) not in pages_of_documents:
                remaining.append(target)
        yield page_of(path, root), _with_links_to_pages(path, text, root)


def _resolved(document: PurePosixPath, link: str, root: Path) -> PurePosixPath:
    folder = document if (root / document).is_dir() else document.parent
    path = PurePosixPath(os.path.normpath(folder / link))
    if ".." in path.parts or not (root / path).exists():
        raise LocalCloudError(f"{document}: the target of the link {link} does not exist.")
    return path


def _with_links_to_pages(document: PurePosixPath, text: str, root: Path) -> str:
    folder = page_of(document, root).parent

    def to_page(link: re.Match[str]) -> str:
        page = page_of(_resolved(document, link[1], root), root)
        return PurePosixPath(os.path.relpath(page, folder)).as_posix()

    parts, at = [], 0
    for block in BLOCK.finditer(text):
        parts += [LINK.sub(to_page, text[at : block.start()]), block[0]]
        at = block.end()
    return "".join([*parts, LINK.sub(to_page, text[at:])])


def _page_of_code(path: PurePosixPath, root: Path) -> str:
    file = root / path
    if file.is_dir():
        return _page_of_folder(path, root)
    for pattern, render in RENDERINGS.items():
        if path.match(pattern):
            return render(file)
    language = LANGUAGES.get(path.suffix or path.name, "text")
    text = file.read_text().strip()
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    block = f"{fence}{{code-block}} {language}\n:linenos:\n:force:\n\n{text}\n{fence}\n"
    return f"{NOT_IN_SEARCH}# {path}\n\n{block}"


def _page_of_folder(path: PurePosixPath, root: Path) -> str:
    """Return a list of the folder's files, according to Git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "."],  # noqa: S607
        cwd=root / path,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        raise LocalCloudError(f"Git could not list the files of {path}: {listed.stderr.strip()}")
    names = sorted({name.partition("/")[0] for name in listed.stdout.split("\0") if name})
    # Only the pictures of documents are copied to the site.
    entries = (name if PurePosixPath(name).suffix in PICTURES else f"[{name}]({name})" for name in names)
    return f"{NOT_IN_SEARCH}# {path}\n\n" + "".join(f"- {entry}\n" for entry in entries)


def _pictures(root: Path) -> Iterator[PurePosixPath]:
    for file in sorted((root / "docs").rglob("*")):
        if file.suffix in PICTURES:
            yield PurePosixPath(file.relative_to(root).as_posix())


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
