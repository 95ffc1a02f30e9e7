"""The page explains every error that ends a command or fails a check, and every message that it explains exists.

Messages about mappings have a table of their own: `test_messages_about_mappings.py`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import destination_mparticle
from destination_mparticle.options import option

PACKAGE = Path(destination_mparticle.__file__).parent
PAGE = Path(__file__).resolve().parents[2] / "docs" / "integrations" / "destinations" / "mparticle.md"
GAP = "…"
ERRORS = {"ConfigError", "TransientError", "UnrecoverableError", "ErrorReport"}
# What `check` says comes from generators and lists of sentences.
CHECKS = {"check.py", "config.py", "options.py"}
# What follows the name of an option.
RULES = {"_rule", "_too_short"}


def rows() -> list[str]:
    """The message of every row of the page's table."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("\n### Error messages\n")
    table, _, _ = section.partition("\n### ")
    return re.findall(r"^\| (?!Message |-)(.+?) \|", table, re.MULTILINE)


def fits(row: str, sentence: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, row.split(GAP))) + ".*", sentence) is not None


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of the code, with gaps for what it fills in, and where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for sentence in sentences_of(node, checks=path.name in CHECKS):
                # What is put together elsewhere has no words of its own.
                if re.search(r"[a-z]{2}", sentence):
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", sentence  # type: ignore[attr-defined]


def sentences_of(node: ast.AST, *, checks: bool) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
        parts = [*node.args, *(word.value for word in node.keywords if word.arg == "message")]
        yield " ".join(template_of(part) for part in parts)
    elif checks and isinstance(node, ast.Yield) and node.value is not None:
        yield template_of(node.value)
    elif checks and isinstance(node, ast.YieldFrom) and isinstance(node.value, ast.GeneratorExp):
        yield template_of(node.value.elt)
    elif checks and isinstance(node, ast.Return) and isinstance(node.value, ast.List):
        yield " ".join(template_of(part) for part in node.value.elts)
    elif checks and isinstance(node, ast.FunctionDef) and node.name in RULES:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and inner.value is not None:
                yield f"{GAP} {template_of(inner.value)}."


def template_of(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=value):
            text = str(value)
        case ast.JoinedStr(values=parts):
            text = "".join(map(template_of, parts))
        case ast.BinOp(left=left, right=right):
            text = template_of(left) + template_of(right)
        case ast.FormattedValue(value=inner) | ast.Starred(value=ast.GeneratorExp(elt=inner)):
            text = template_of(inner)
        case ast.Call(func=ast.Name(id="option"), args=path) if all(isinstance(step, ast.Constant) for step in path):
            text = option(*map(ast.literal_eval, path))
        case _:
            text = GAP
    return text


SENTENCES = list(sentences())


@pytest.mark.parametrize(("place", "sentence"), SENTENCES)
def test_the_page_explains_every_error_in_one_row(place: str, sentence: str) -> None:
    assert len([row for row in rows() if fits(row, sentence)]) == 1, f"{place} {sentence}"


@pytest.mark.parametrize("row", rows())
def test_every_error_of_the_page_is_one_that_the_connector_has(row: str) -> None:
    assert any(fits(row, sentence) for _, sentence in SENTENCES)


def test_errors_of_every_command_are_found_in_the_code() -> None:
    for words in ("refused the credentials", "cannot be reached", "is missing", "nothing after it was read"):
        assert any(words in sentence for _, sentence in SENTENCES)
