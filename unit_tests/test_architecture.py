"""The documents for contributors name what exists, and the tests that prove the invariants run."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it where Python has no tomllib

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURE = ROOT / "docs" / "architecture.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
# What the paths in a section of the architecture are relative to.
BASES = {
    "The source": (ROOT, ROOT / "source_mparticle"),
    "The destination": (ROOT / "destination-mparticle", ROOT / "destination-mparticle" / "destination_mparticle"),
    "The source of exports": (
        ROOT / "source-mparticle-exports",
        ROOT / "source-mparticle-exports" / "source_mparticle_exports",
    ),
    "The sandbox": (ROOT / "sandbox", ROOT / "sandbox" / "mparticle_sandbox"),
}
INVARIANTS = {
    "The source": [f"S{number}" for number in range(1, 8)],
    "The destination": [*map(str, range(1, 11))],
    "The source of exports": [f"E{number}" for number in range(1, 6)],
}

_CODE = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
_FILE_NAMES = re.compile(r".*\.(py|md|ya?ml|toml|json|txt|sh|lock)|.*/|Makefile|Dockerfile|\.ci/run")


def sections(text: str) -> Iterator[tuple[str, str]]:
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        yield title, body


def paths_in(text: str) -> list[str]:
    """What stands in backticks and looks like a file or a folder, without the name of a test."""
    without_blocks = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    found = [code.partition("::")[0] for code in _CODE.findall(without_blocks)]
    return [path for path in found if _FILE.fullmatch(path) and _FILE_NAMES.fullmatch(path)]


def node_ids_in(text: str) -> list[str]:
    return [code for code in _CODE.findall(text) if "::" in code]


def rows_of(section: str) -> dict[str, list[str]]:
    """The rows of the table of invariants, by the first cell."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {cells[0]: cells for cells in rows if re.fullmatch(r"[SE]?\d+", cells[0])}


ARCHITECTURE_PATHS = [
    (section, path)
    for section, body in sections(ARCHITECTURE.read_text(encoding="utf-8"))
    if section in BASES
    for path in paths_in(body)
]
ROWS = [
    (section, row)
    for section, body in sections(ARCHITECTURE.read_text(encoding="utf-8"))
    if section in INVARIANTS
    for row in rows_of(body).values()
]
TESTS = [(section, test) for section, row in ROWS for test in node_ids_in(row[-1])]


@pytest.mark.parametrize(("section", "path"), ARCHITECTURE_PATHS)
def test_every_file_that_the_architecture_names_exists(section: str, path: str) -> None:
    assert any((base / path).exists() for base in BASES[section]), path


@pytest.mark.parametrize("section", INVARIANTS)
def test_every_file_and_folder_of_a_connector_has_its_row_in_the_architecture(section: str) -> None:
    package = BASES[section][1]
    parts = [path for path in package.iterdir() if path.is_dir() or path.suffix == ".py"]
    named = {path.rstrip("/") for of, path in ARCHITECTURE_PATHS if of == section}
    assert {path.name for path in parts if path.name[:2] != "__"} - named == set()


@pytest.mark.parametrize("document", [CONTRIBUTING, ROOT / ".github" / "pull_request_template.md"], ids=str)
def test_every_file_that_a_document_for_contributors_names_exists(document: Path) -> None:
    paths = paths_in(document.read_text(encoding="utf-8"))
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_invariant_has_its_row_its_file_and_its_test() -> None:
    for section, numbers in INVARIANTS.items():
        rows = [row for of_section, row in ROWS if of_section == section]
        assert [row[0] for row in rows] == numbers
        for number, _, kept_by, proven_by in rows:
            assert paths_in(kept_by), number
            assert node_ids_in(proven_by), number


@pytest.mark.parametrize(("section", "test"), TESTS)
def test_the_tests_of_the_invariants_run(section: str, test: str) -> None:
    path, _, name = test.partition("::")
    component = BASES[section][0]
    settings = tomllib.loads((component / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    module = ast.parse((component / path).read_text(encoding="utf-8"))
    assert any(Path(path).is_relative_to(folder) for folder in settings["testpaths"])
    assert re.fullmatch(r"test_\w+\.py", Path(path).name)
    (function,) = [each for each in module.body if isinstance(each, ast.FunctionDef) and each.name == name]
    assert not [mark for mark in marks_of(module, function) if mark in marks_left_out(settings.get("addopts", ""))]


@pytest.mark.parametrize("document", [CONTRIBUTING, ROOT / "SECURITY.md"], ids=str)
def test_every_local_link_for_contributors_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert local
    assert [link for link in local if not (document.parent / link).exists()] == []


def marks_of(module: ast.Module, function: ast.FunctionDef) -> Iterator[str]:
    """The names of the marks on a test and on its module."""
    on_module = [
        each.value
        for each in module.body
        if isinstance(each, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in each.targets)
    ]
    for marked in (*function.decorator_list, *on_module):
        yield from (node.attr for node in ast.walk(marked) if isinstance(node, ast.Attribute))


def marks_left_out(options: str) -> set[str]:
    """The marks that keep a test from running: for good, sometimes, or by the component's options."""
    return {"skip", "skipif", "xfail", *re.findall(r"not (\w+)", options)}
