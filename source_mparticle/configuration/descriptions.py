"""Describe what an option must be, from its schema, and what a value is instead, without showing too much."""

import json
from collections.abc import Collection, Mapping
from typing import Any

Schema = Mapping[str, Any]

LONGEST_SHOWN = 40
# A secret this short would be found in any text, so only the text that equals it is hidden.
SHORTEST_SEARCHED = 4


def expected(option: Schema) -> str:
    """What a value of the option must be: "a number written as text, such as "1201"" for example."""
    kind, examples = (
        option["type"],
        [*option.get("examples", ()), *([option["default"]] if "default" in option else ())],
    )
    if "enum" in option:
        return f"one of {', '.join(option['enum'])}"
    if kind == "boolean":
        return "true or false without quotes"
    if kind == "integer":
        return f"a whole number from {option['minimum']} to {option['maximum']} without quotes"
    if kind == "object":
        what = "an object of options"
    elif kind == "array":
        what = f"a list, each entry {_described(option['items'])}"
    else:
        what = _described(option)
    return f"{what}, such as {_json(examples[0])}" if examples else what


def observed(value: Any, option: Schema, hidden: Collection[str] = ()) -> str:
    """What a value is, to follow "it" or "entry 2": `is "north"`, "is a number without quotes".

    Nothing of a secret option is shown, nothing that holds one of the `hidden` texts, and no text with an @, which is
    an address, a URL with a password or close to one.
    """
    if isinstance(value, str):
        return _observed_text(value, option, hidden)
    if isinstance(value, (list, tuple)):
        return "is a list"
    if isinstance(value, Mapping):
        return "is an object"
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and option["type"] in {"string", "array", "object"}:
        return "is a number without quotes"
    return f"is {_shortened(_json(value))}"


def shown(text: str, hidden: Collection[str] = ()) -> str | None:
    """The text in quotes, truncated to 40 characters; None where it must not be shown."""
    if "@" in text or any(text == each or (len(each) >= SHORTEST_SEARCHED and each in text) for each in hidden):
        return None
    # What follows a question mark may be a signature that gives access.
    visible = _shortened(text.partition("?")[0] + ("?…" if "?" in text else ""))
    return _json(visible.encode("utf-8", "replace").decode())


def _observed_text(value: str, option: Schema, hidden: Collection[str]) -> str:
    if not value.strip():
        return "holds only spaces" if value else "is empty"
    if value != value.strip():
        return "begins or ends with a space or a line break"
    if not option.get("minLength", 0) <= len(value) <= option.get("maxLength", len(value)):
        return _length(value, option)
    if "://" in value and "@" in value:
        return "holds a user name or a password"
    visible = None if option.get("airbyte_secret") else shown(value, hidden)
    if visible is None:
        return "has another form"
    return f"is {visible}" if option["type"] == "string" else f"is the text {visible}"


def _length(value: str, option: Schema) -> str:
    if len(value) < option.get("minLength", 0):
        return f"is shorter than {option['minLength']} characters"
    return f"is {len(value)} characters long"


def _described(option: Schema) -> str:
    described: str = option.get("pattern_descriptor", "text")
    # What looks like a number is the one kind of text that people write without quotes.
    return f"{described} written as text" if described == "a number" else described


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
