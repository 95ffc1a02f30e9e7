"""What is wrong with a configuration, in sentences that name an option as the form and as the file call it.

No I/O, no Airbyte. No value is repeated: it may be a secret in the wrong place.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from difflib import get_close_matches
from typing import Any, Final

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError

Schema = Mapping[str, Any]

_EMPTY: Final[tuple[Any, ...]] = ("", [])

_TYPE_OPTION: Final = "storage_type"
_WORDS: Final = {
    "boolean": "true or false",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "an object",
    "null": "null",
}

_FRACTION: Final = re.compile(r"\.[0-9]+")
_FORMATS: Final = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=(ValueError, OverflowError))
def _is_moment(value: object) -> bool:
    """Whether text is a date or a time that exists, in UTC too."""
    if isinstance(value, str):
        # Python 3.10 reads neither Z nor every fraction.
        moment = datetime.fromisoformat(_FRACTION.sub("", value).replace("Z", "+00:00"))
        (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    return True


def normalized(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration without options that are empty or null, at any level: they count as left out."""
    return {
        name: normalized(value) if isinstance(value, Mapping) else value
        for name, value in config.items()
        if value is not None and value not in _EMPTY
    }


def problems(config: Mapping[str, Any], schema: Schema, path: str = "") -> Iterator[str]:
    """Yield why a normalized configuration cannot be used: sentences, and none where it can."""
    for name, option in schema["properties"].items():
        title = f"{option['title']} ({path}{name})"
        if name not in config:
            if name in schema.get("required", ()):
                yield f"{title} is missing. {option['description']}"
        elif "oneOf" not in option:
            checker = Draft7Validator(option, format_checker=_FORMATS)
            errors = sorted(checker.iter_errors(config[name]), key=lambda error: list(error.path))
            yield from (f"{title}{_place(error)} must be {_expected(error, option)}." for error in errors[:1])
        elif (choice := _chosen(config[name], option)) is not None:
            yield from problems(config[name], choice, f"{path}{name}.")
        else:
            types = ", ".join(each["properties"][_TYPE_OPTION]["const"] for each in option["oneOf"])
            yield f"{title} must be an object whose {_TYPE_OPTION} is one of {types}."


def unknown_options(config: Mapping[str, Any], schema: Schema, path: str = "") -> Iterator[str]:
    """Yield a sentence for each name that is no option. The CDK's own names begin with two underscores."""
    options = schema["properties"]
    for name, value in config.items():
        if name not in options:
            if not name.startswith("__"):
                close = get_close_matches(name, options, n=1)
                meant = f" Did you mean {path}{close[0]}?" if close else ""
                yield f"{path}{name} is not an option of this connector and has no effect.{meant}"
        elif (choice := _chosen(value, options[name])) is not None:
            yield from unknown_options(value, choice, f"{path}{name}.")


def _chosen(value: Any, option: Schema) -> Schema | None:
    """Return the schema of the choice that was made, if one was."""
    made = value.get(_TYPE_OPTION) if isinstance(value, Mapping) else None
    choices = (choice for choice in option.get("oneOf", ()) if choice["properties"][_TYPE_OPTION]["const"] == made)
    return next(choices, None)


def _place(error: ValidationError) -> str:
    return "".join(f", entry {part + 1}" for part in error.path if isinstance(part, int))


def _expected(error: ValidationError, option: Schema) -> str:
    if "enum" in option:
        return f"one of {', '.join(option['enum'])}"
    if "minimum" in option:
        return f"a whole number from {option['minimum']} to {option['maximum']}, without quotes"
    if error.validator == "type":
        return f"{_WORDS[str(error.validator_value)]} and not {_observed(error.instance)}"
    if error.validator in {"pattern", "format"}:
        return f"{option['pattern_descriptor']}, such as {option['examples'][0]}"
    return "text and not empty"


def _observed(value: Any) -> str:
    return next(words for kind, words in _WORDS.items() if Draft7Validator.TYPE_CHECKER.is_type(value, kind))
