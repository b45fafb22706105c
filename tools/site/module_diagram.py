"""Draw each service's modules and imports in docs/architecture.md: `python -m tools.site.module_diagram`."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.local_cloud.cloud import ROOT
from tools.site.state_machine_diagram import COMPACT

DOCUMENT = ROOT / "docs" / "architecture.md"
DIAGRAM = re.compile(r"(<!-- modules of (\S+)(?: for ([\w, ]+))? -->\n)```mermaid\n.*?```", re.DOTALL)


def with_diagrams(document: str) -> str:
    """Redraw every marked Mermaid block of a document.

    Args:
        document: Markdown. A comment precedes each block, such as `<!-- modules of functions/payments -->` or
            `<!-- modules of functions/orders for start_fulfilment, sweep_orders -->`.

    Returns:
        The Markdown with the current modules and imports.
    """
    return DIAGRAM.sub(lambda block: f"{block[1]}```mermaid\n{mermaid(ROOT / block[2], block[3])}```", document)


def mermaid(folder: Path, roots: str | None = None) -> str:
    """Return the modules of a service as a Mermaid flowchart.

    Args:
        folder: The service's folder, such as functions/payments.
        roots: Modules, separated by commas. Only they and what they reach are drawn. By default, all modules are.

    Returns:
        An arrow for each import inside the service, except where a longer way leads there too. Modules with the same
        arrows share a box. Entry points, which define a Lambda handler, have rounded ends.
    """
    trees = {source.stem: ast.parse(source.read_text()) for source in sorted(folder.glob("*.py"))}
    imports = {name: {found for found in _imports(tree) if found in trees} for name, tree in trees.items()}
    starts = roots.split(", ") if roots else trees
    names = sorted({*starts}.union(*(_reached(each, imports) for each in starts)))
    direct = {name: _direct(name, imports) for name in names}
    boxes: dict[tuple[bool, frozenset[str], frozenset[str]], list[str]] = {}
    for name in names:
        importers = frozenset(each for each in names if name in direct[each])
        boxes.setdefault((_is_entry_point(trees[name]), frozenset(direct[name]), importers), []).append(name)
    first = {name: box[0] for box in boxes.values() for name in box}
    lines = [COMPACT, "flowchart TB"]
    for (entry_point, *_), box in boxes.items():
        label = "<br/>".join(box)
        lines.append(f"  {box[0]}([{label}])" if entry_point else f"  {box[0]}[{label}]")
    lines += sorted({f"  {first[name]} --> {first[each]}" for name in names for each in direct[name]})
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
