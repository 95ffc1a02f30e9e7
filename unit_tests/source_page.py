"""Helper of the tests: reads the connector's page and other documents."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from source_mparticle import SourceMparticle

ROOT = Path(__file__).resolve().parent.parent


README = ROOT / "README.md"


PAGE = ROOT / "docs" / "integrations" / "sources" / "mparticle.md"


LOGGER = logging.getLogger("test")


SPEC: dict[str, Any] = SourceMparticle().spec(LOGGER).connectionSpecification


def lines_outside_code(document: Path) -> Iterator[str]:
    in_code = False
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            in_code = not in_code
        elif not in_code:
            yield line


def headings(document: Path) -> list[str]:
    return [line for line in lines_outside_code(document) if re.match(r"#+ ", line)]


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    texts = (heading.lstrip("# ").lower() for heading in headings(document))
    return {re.sub(r"[^\w -]", "", text).replace(" ", "-") for text in texts}


def table_under(heading: str) -> list[dict[str, str]]:
    """The rows of the first table under a heading of the connector's page, by column title, without markup."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    rows = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert rows, f"no table under {heading}"
    titles, _, *body = (
        [cell.strip().replace("`", "") for cell in row.strip("|").split("|")] for row in rows[0].splitlines()
    )
    return [dict(zip(titles, cells, strict=True)) for cells in body]


def options_in(schema: dict[str, Any], parent: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Key, title, necessity and default of every option in the order of the form, an object's own after the object."""
    for key, option in sorted(schema["properties"].items(), key=lambda each: each[1]["order"]):
        default = option.get("default", "")
        shown = default if isinstance(default, str) else json.dumps(default)
        yield parent + key, option["title"], "Yes" if key in schema.get("required", ()) else "No", shown
        if option["type"] == "object":
            yield from options_in(option, f"{key}.")


def explanations(sentence: str, heading: str) -> list[str]:
    """The messages in the table under a heading that this sentence is an example of."""
    messages = [row["Message"] for row in table_under(heading)]
    bare = sentence.replace("`", "")
    return [message for message in messages if re.match(".+".join(map(re.escape, message.split("…"))), bare)]


def local_links(document: Path) -> list[str]:
    targets = re.findall(r"]\(([^)\s]+)\)", "\n".join(lines_outside_code(document)))
    return [target for target in targets if not re.match(r"https?://", target)]


def code_blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
