"""What maps, checks and groups records is pure, and the core of sending knows neither Airbyte nor the configuration."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import destination_mparticle

PACKAGE = Path(destination_mparticle.__file__).parent
PURE = ("conversion", "mapping", "mparticle", "objects", "pipeline", "validation")
# Pure modules at the top of the package.
SHARED = {"json_reading", "json_writing", "tuning"}
STANDARD = {
    *(
        "bisect",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "functools",
        "hashlib",
        "heapq",
    ),
    *("ipaddress", "itertools", "json", "math", "operator", "re", "types", "typing", "unicodedata", "zlib"),
}
LIBRARIES = {"msgspec", "orjson", "pendulum"}


def imported(path: Path) -> Iterator[str]:
    """The modules that a module imports, by dotted name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_pure(name: str) -> bool:
    first, _, rest = name.partition(".")
    if first == PACKAGE.name:
        return rest.split(".")[0] in {*PURE, *SHARED}
    return first in STANDARD | LIBRARIES


@pytest.mark.parametrize("package", PURE)
def test_the_core_imports_only_what_is_pure(package: str) -> None:
    paths = list((PACKAGE / package).rglob("*.py"))
    assert len(paths) > 1
    found = [(path.name, name) for path in paths for name in imported(path) if not is_pure(name)]
    assert found == []


ORDER = ("mparticle", "validation", "conversion", "objects", "mapping", "pipeline")


@pytest.mark.parametrize("package", ORDER)
def test_packages_of_the_core_import_one_another_in_one_direction(package: str) -> None:
    above = ORDER[ORDER.index(package) + 1 :]
    names = {name for path in (PACKAGE / package).rglob("*.py") for name in imported(path)}
    assert [name for name in names if name.startswith(tuple(f"{PACKAGE.name}.{other}." for other in above))] == []


# What sends and keeps track, and can be tested and reused alone.
CORE_OF_SENDING = (
    "errors",
    *(f"pipeline.{name}" for name in ("batch", "grouping", "ids", "packing", "prepare", "record", "routing", "users")),
    *(f"http.{name}" for name in ("client", "exchange", "rate_limiter", "response", "retry")),
    *(f"sending.{name}" for name in ("byte_budget", "keyed_queue", "retrying_client", "sender_pool", "stage")),
    "events_api.refusals",
    "tracking.checkpoints",
    "tracking.statistics",
    "protocol.messages",
    "sink",
)


def test_the_core_of_sending_imports_neither_airbyte_nor_the_configuration() -> None:
    outer = {"airbyte_cdk", "destination_mparticle.config", "destination_mparticle.options"}
    assert loaded_with(CORE_OF_SENDING) & outer == set()


def test_the_commands_start_without_the_second_that_airbytes_models_cost() -> None:
    assert "airbyte_cdk" not in loaded_with(["commands", "check", "discover", "preview", "sync"])


def loaded_with(names: Iterable[str]) -> set[str]:
    """Import modules of the package in a process of their own. Returns the modules that are loaded then."""
    modules = ", ".join(f"destination_mparticle.{name}" for name in names)
    program = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
