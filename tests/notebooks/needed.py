"""Which code cells of a chapter its report needs: those that show something, and those that make what such a cell reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from nbformat import NotebookNode

SHOWS = re.compile(r"\bch\.(?!study\b)\w+\(|\bvl\.chapter\(")
INNER = (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)  # with names of their own


def needed_cells(notebook: NotebookNode) -> frozenset[int]:
    """Their places among all cells; the cell of the parameters is one of them.

    Names are followed backwards from the last cell. A function may be called long after it was written, so what it reads counts as
    read at the end. A method that is called for its own sake, as in `table.update(...)`, changes what it belongs to.
    """
    called: set[str] = set()
    while True:
        live, needed, inside = set(called), set[int](), set[str]()
        for place, cell in reversed([*enumerate(notebook.cells)]):
            if cell.cell_type != "code":
                continue
            body = ast.parse(cell.source).body
            if "parameters" in cell.metadata.get("tags", []) or SHOWS.search(cell.source) or _makes(body, live):
                needed.add(place)
                inside |= _read_by_functions(body)
                for statement in reversed(body):
                    live -= _names(statement)
                    live |= _read(statement)
        if inside <= called:
            return frozenset(needed)
        called |= inside


def _makes(body: list[ast.stmt], live: set[str]) -> bool:
    """Whether the cell makes or changes a name that is read below it."""
    left = set(live)
    for statement in reversed(body):
        if (_names(statement) | _changes(statement)) & left:
            return True
        left -= _names(statement)
    return False


def _read(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def _names(statement: ast.stmt) -> set[str]:
    """What the statement gives a new value, whatever it was before."""
    match statement:
        case ast.FunctionDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {(one.asname or one.name).partition(".")[0] for one in names}
        case ast.Assign(targets=targets):
            return {one.id for target in targets for one in ast.walk(target) if _is_store(one)}
    return set()


def _changes(statement: ast.stmt) -> set[str]:
    """What the statement changes in place, or in a loop, and every name it may make."""
    found = set()
    for node in _outside(statement):
        if _is_store(node):
            found.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            found |= _owner(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            found |= _owner(node.value.func)
    return found - {"_"}


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement that do not stand in something with names of its own."""
    yield node
    if not isinstance(node, INNER):
        for child in ast.iter_child_nodes(node):
            yield from _outside(child)


def _is_store(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _owner(node: ast.expr) -> set[str]:
    """The name at the beginning of `name.attribute[place].method`."""
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner):
                node = inner
            case _:
                return set()
    return {node.id}


def _read_by_functions(body: list[ast.stmt]) -> set[str]:
    found: set[str] = set()
    for statement in body:
        for node in (one for one in ast.walk(statement) if isinstance(one, ast.FunctionDef | ast.Lambda)):
            own = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)} | {
                one.id for one in ast.walk(node) if _is_store(one)
            }
            found |= _read(node) - own
    return found


def untagged_cells(notebook: NotebookNode, tag: str) -> Mapping[int, str]:
    """The code cells without a tag, by place."""
    cells = ((place, cell) for place, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    return {place: cell.source for place, cell in cells if tag not in cell.metadata.get("tags", [])}
