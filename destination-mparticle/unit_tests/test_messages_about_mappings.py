"""The page explains every message about a mapping, and every message that it explains exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import destination_mparticle
from destination_mparticle.mapping.columns import ColumnWatch
from destination_mparticle.mapping.compile import mapping_findings
from destination_mparticle.mapping.findings import Finding
from destination_mparticle.mapping.streams import StreamKey
from unit_tests.mappings import PLATFORM, Entry, compiled, config, configured, mapped, planned, user

PACKAGE = Path(destination_mparticle.__file__).parent
PAGE = Path(__file__).resolve().parents[2] / "docs" / "integrations" / "destinations" / "mparticle.md"
GAP = "…"
# What makes findings in the code; `found` is one of the others where both are possible.
MAKERS = {"error", "warning", "notice", "found"}

MISTAKES: list[Entry] = [
    mapped("s", "Users"),
    mapped("s", "user", "updat", email="{e}"),
    user(("nicname", "{x}")),
    user(("user_attributes.x", "{open")),
    user(("ios_idfv", "{a}"), ("device_info.ios_idfv", "{b}")),
    user(("email", "{a}"), ("email", "{b}")),
    user(("email", "constant")),
    user(("user_attributes.x", "{{column}}")),
    user(("timestamp", "tomorrow")),
    user(("consent.gdpr.x.documnt", "{d}")),
    mapped("s", email="{x}", event_name=" "),
    mapped("s", event_name="{x}"),
    mapped("s", email="{x}"),
    mapped("s", "commerce_event", email="{x}"),
    user(("context.location.city_name", "{c}")),
    user(("consent.gdpr.x.consented", "{c}")),
    user(("user_attributes.x", "a {{b}}")),
    user(("user_attributes.x", "{_airbyte_raw_id}")),
    user(("user_attributes.$frst", "{f}")),
    mapped("s", email="{x}", event_name="{n}"),
    mapped("s", "account", "append", name="{x}"),
]


def found() -> Iterator[Finding]:
    """Every kind of finding."""
    for mistake in MISTAKES:
        yield from mapping_findings(config(mistake))
    yield from mapping_findings(config(user(), user()))
    yield from mapping_findings(config(user(), access=PLATFORM))
    for may_have_others in (True, False):
        stream = configured("s", properties=["id", "tier"], additionalProperties=may_have_others)
        yield from compiled([user(("user_attributes.x", "{teir}"), ("user_attributes.y", "tier"))], stream).findings
    yield from compiled([user()], configured("other", properties=["x"])).findings
    yield from compiled([user()], configured("s", mode="overwrite")).findings
    yield from compiled([{**user(), "operation": "append"}], configured("s", mode="update")).findings
    activated = configured("s", mode="update", object_name="user", properties=["email"], key=["tier"])
    yield from compiled([], activated).findings
    stream_key = StreamKey("", "s")
    watch = ColumnWatch({stream_key: planned("user", {"email": "{mail}"}).assignments})
    watch.see(stream_key, {"male": 1})
    yield from watch.findings()


FOUND = sorted(set(found()), key=lambda finding: finding.text)


def rows() -> list[tuple[str, str]]:
    """Kind and message of every row of the page's table."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("\n### Mistakes in mappings\n")
    table, _, _ = section.partition("\n### ")
    return re.findall(r"^\| (Error|Warning|Notice|Error or warning) \| (.+?) \|", table, re.MULTILINE)


def fits(template: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, template.split(GAP))), text) is not None


@pytest.mark.parametrize("finding", FOUND, ids=lambda finding: finding.text[:60])
def test_the_page_explains_every_message_in_one_row_of_its_kind(finding: Finding) -> None:
    explaining = [kind for kind, message in rows() if fits(message, finding.text)]
    assert len(explaining) == 1, finding.text
    assert finding.severity.value in explaining[0].lower().split(" or ")


@pytest.mark.parametrize("message", [message for _, message in rows()])
def test_every_message_of_the_page_is_one_that_the_connector_has(message: str) -> None:
    assert any(fits(message, finding.text) for finding in FOUND)


def sentences_in_the_code() -> Iterator[str]:
    """What the code makes findings of, with a gap for what it fills in and for what may follow."""
    for path in (PACKAGE / "mapping").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                yield template_of(node.args[0]) + GAP
    for path in (PACKAGE / "objects").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Yield) and isinstance(node.value, (ast.JoinedStr, ast.Constant)):
                yield f"Stream {GAP}: {template_of(node.value)}{GAP}"


def template_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(template_of(part) for part in node.values)
    return template_of(node.left) + template_of(node.right) if isinstance(node, ast.BinOp) else GAP


@pytest.mark.parametrize("sentence", sorted(set(sentences_in_the_code())))
def test_every_sentence_of_the_code_is_tried_here(sentence: str) -> None:
    assert any(fits(sentence, finding.text) for finding in FOUND)


def test_sentences_are_found_in_the_code_of_mappings_and_of_objects() -> None:
    sentences = list(sentences_in_the_code())
    assert any("keep one of the entries" in sentence for sentence in sentences)
    assert any("map at least one identity" in sentence for sentence in sentences)
