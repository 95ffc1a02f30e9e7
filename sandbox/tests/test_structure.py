"""The parts of the package stand in the README, and import only what stands below them there."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import mparticle_sandbox
from mparticle_sandbox import resources
from mparticle_sandbox.core.events_api.facts import limits
from mparticle_sandbox.resources.resource import Resource

PACKAGE = Path(mparticle_sandbox.__file__).parent
README = (Path(__file__).parents[1] / "README.md").read_text()
TABLE = README.partition("## Where things are\n")[2].partition("\n## ")[0]
# `cli.py` and `core/` by the number of their row.
ROWS = {
    name: number
    for number, row in enumerate(re.findall(r"^\| (`.*?) \|", TABLE, re.MULTILINE))
    for name in re.findall(r"`(\w+)(?:/|\.py)`", row)
}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, with every name that it imports from them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = [path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or not path.name.startswith("_")]


def test_the_readme_names_every_part_once() -> None:
    assert sorted(ROWS) == sorted({part_of(path) for path in MODULES})


def test_a_part_imports_only_from_below() -> None:
    imports = {
        (path.relative_to(PACKAGE), name.split(".")[1])
        for path in MODULES
        for name in imported(path)
        if name.startswith("mparticle_sandbox.") and name.split(".")[1] != part_of(path)
    }
    assert {(str(path), part) for path, part in imports if ROWS[part] <= ROWS[part_of(PACKAGE / path)]} == set()


def test_the_sandbox_imports_no_connector_and_the_core_no_web_framework() -> None:
    found = {(part_of(path), name.split(".")[0]) for path in MODULES for name in imported(path)}
    assert {each for each in found if each[1] in ("airbyte_cdk", "source_mparticle", "destination_mparticle")} == set()
    assert {each for each in found if each[0] == "core" and each[1] in ("starlette", "uvicorn", "requests")} == set()


def declared_resources() -> Iterator[Resource]:
    for module in pkgutil.iter_modules(resources.__path__, f"{resources.__name__}."):
        values = vars(importlib.import_module(module.name)).values()
        yield from (value for value in values if isinstance(value, Resource))


def test_every_resource_that_a_module_declares_has_its_line_in_the_registry() -> None:
    listed = {id(resource) for resource in resources.RESOURCES}
    forgotten = {resource.name for resource in declared_resources() if id(resource) not in listed}
    assert forgotten == set(), "add the resource to RESOURCES in resources/__init__.py"


def test_every_limit_is_kept_somewhere() -> None:
    others = "".join(path.read_text() for path in MODULES if path.name != "limits.py" and "testing" not in path.parts)
    assert [name for name in vars(limits) if name.isupper() and not re.search(rf"\b{name}\b", others)] == []


def package_of(module: str) -> str:
    """The package that a module is in; a package is in itself."""
    path = PACKAGE.parent.joinpath(*module.split("."))
    return module if path.is_dir() else module.rpartition(".")[0]


def test_no_package_imports_one_that_imports_it() -> None:
    # The files beside the packages are parts of their own, which a test above holds in order.
    imports = {
        (package_of(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)), package_of(module))
        for path in MODULES
        if path.name != "__init__.py" and path.parent != PACKAGE
        for name in imported(path)
        if package_of(module := name.rpartition(".")[0]).startswith("mparticle_sandbox.")
    }
    assert len(imports) > 20
    assert {(one, other) for one, other in imports if one != other and (other, one) in imports} == set()
