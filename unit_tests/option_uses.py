"""Helper of the tests: which options the manifest and the code of the source read."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from functools import partial
from textwrap import dedent
from typing import Any

_IN_JINJA = re.compile(r"""\bconfig(?:\.get\(\s*|\[)['"](\w+)|\bconfig\.(?!get\b)(\w+)""")
_IN_BRACES = re.compile(r"\{(\w+)\}")
_CONFIG = {"config", "_config"}


def names_read_in_manifest(node: Any) -> Iterator[str]:
    """The names in `config` of every template, those in the braces of a path, and those that a query sends."""
    if isinstance(node, dict):
        if node.get("type") == "CustomRequester":
            yield from _IN_BRACES.findall(node["path"])
            yield from node.get("query", {}).values()
        node = list(node.values())
    for item in node if isinstance(node, list) else ():
        yield from names_read_in_manifest(item)
    if isinstance(node, str):
        yield from (match[1] or match[2] for match in _IN_JINJA.finditer(node))


def classes_in_manifest(node: Any) -> Iterator[type]:
    """The classes of the custom components in a part of the manifest."""
    if isinstance(node, dict):
        if "class_name" in node:
            module, _, name = node["class_name"].rpartition(".")
            yield getattr(importlib.import_module(module), name)
        node = list(node.values())
    for item in node if isinstance(node, list) else ():
        yield from classes_in_manifest(item)


def uses_in_class(component: type) -> Iterator[tuple[str | None, str]]:
    """What `uses_of` finds of the configuration in a class and those of its bases that are ours."""
    for each in component.__mro__:
        if each.__module__.startswith("source_mparticle"):
            yield from uses_of(ast.parse(dedent(inspect.getsource(each))), is_config)


def paths_read_in_module(text: str, objects: list[str]) -> Iterator[str]:
    """The dotted options that a module reads, those within one of `objects` included."""
    tree = ast.parse(text)
    yield from (name for name, _ in uses_of(tree, is_config) if name)
    for each in objects:
        variables = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and each in {name for name, _ in uses_of(node, is_config)}
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        yield from (f"{each}.{name}" for name, _ in uses_of(tree, partial(_is_one_of, variables)) if name)


def _is_one_of(variables: set[str], node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in variables


def is_config(node: ast.AST) -> bool:
    """Whether an expression is the configuration: `config`, `self.config` or `self._config`."""
    return (isinstance(node, ast.Name) and node.id in _CONFIG) or (
        isinstance(node, ast.Attribute) and node.attr in _CONFIG
    )


def uses_of(tree: ast.AST, is_mapping: Callable[[ast.AST], bool]) -> Iterator[tuple[str | None, str]]:
    """Each use of a mapping in some code: the name that is read of it, or None, and the expression."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node, holder in parents.items():
        if not is_mapping(node) or not isinstance(getattr(node, "ctx", None), ast.Load):
            continue
        use = holder
        while isinstance(use, ast.BoolOp):
            use = parents[use]
        if isinstance(use, ast.Attribute):
            use = parents[use]
        key = use.slice if isinstance(use, ast.Subscript) else next(iter(getattr(use, "args", ())), None)
        name = key.value if isinstance(key, ast.Constant) else None
        yield (name if isinstance(name, str) else None), ast.unparse(use)
