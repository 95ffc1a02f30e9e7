"""What makes rows knows neither Airbyte nor storage."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from source_mparticle_exports import records

ALLOWED = {*sys.stdlib_module_names, "orjson"} - {"gzip", "io", "logging", "os", "pathlib", "socket", "subprocess"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{node.module}"


def test_rows_are_made_without_airbyte_and_without_storage() -> None:
    paths = list(Path(records.__file__).parent.glob("*.py"))
    assert len(paths) > 5
    names = {name for path in paths for name in imported(path)}
    other = [name for name in names if name.split(".")[0] not in ALLOWED]
    assert [name for name in other if not name.startswith("source_mparticle_exports.records")] == []
