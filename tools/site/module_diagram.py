"""Draw each service's modules and imports in docs/architecture.md: `python -m tools.site.module_diagram`."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.local_cloud.cloud import ROOT

DOCUMENT = ROOT / "docs" / "architecture.md"
DIAGRAM = re.compile(r"(<!-- modules of (?P<folder>\S+) -->\n)```mermaid\n.*?```", re.DOTALL)


def with_diagrams(document: str) -> str:
    """Redraw every marked Mermaid block of a document.

    Args:
        document: Markdown. A comment such as `<!-- modules of functions/payments -->` precedes each block to draw.

    Returns:
        The Markdown with the current modules and imports.
    """
    return DIAGRAM.sub(lambda block: f"{block[1]}```mermaid\n{mermaid(ROOT / block['folder'])}```", document)


def mermaid(folder: Path) -> str:
    """Return the modules of a service as a Mermaid flowchart.

    Args:
        folder: The service's folder, such as functions/payments.

    Returns:
        An arrow for each import inside the service, except where a longer way leads there too. Entry points, which
        define a Lambda handler, have rounded ends.
    """
    trees = {source.stem: ast.parse(source.read_text()) for source in sorted(folder.glob("*.py"))}
    imports = {name: {module for module in _imports(tree) if module in trees} for name, tree in trees.items()}
    lines = ["flowchart LR"]
    lines += [f"  {name}([{name}])" if _is_entry_point(tree) else f"  {name}[{name}]" for name, tree in trees.items()]
    lines += [f"  {name} --> {each}" for name in trees for each in sorted(_direct(name, imports))]
    return "\n".join(lines) + "\n"


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def _is_entry_point(tree: ast.Module) -> bool:
    return any(
        (isinstance(node, ast.FunctionDef) and node.name == "handler")
        or (
            isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "handler" for target in node.targets)
        )
        for node in tree.body
    )


def _direct(name: str, imports: Mapping[str, set[str]]) -> set[str]:
    """Return the imports of `name` without those that another import also reaches (transitive reduction)."""
    return {each for each in imports[name] if not any(each in _reached(other, imports) for other in imports[name])}


def _reached(name: str, imports: Mapping[str, set[str]]) -> set[str]:
    return imports[name].union(*(_reached(each, imports) for each in imports[name]))


if __name__ == "__main__":
    DOCUMENT.write_text(with_diagrams(DOCUMENT.read_text()))
    sys.stdout.write(f"Drew the modules in {DOCUMENT.relative_to(ROOT)}\n")
