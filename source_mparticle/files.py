"""The files named on the command line. What is wrong with one is a sentence that names the file."""

import json
from pathlib import Path
from typing import Any

from source_mparticle.configuration.messages import unusable_file

CONFIGURATION = (
    "configuration",
    'It must hold one JSON object, such as {"client_id": "…", "client_secret": "…", "account_id": "1201"}.',
)
Kind = tuple[str, str]


def read_config(path: str) -> dict[str, Any]:
    """The object in a configuration file, whatever its options are. Raises `ConfigurationError`."""
    content = json_in(path, CONFIGURATION)
    if not isinstance(content, dict):
        raise unusable_file(*CONFIGURATION, path, f"it holds {kind_of(content)} and not an object")
    return content


def json_in(path: str, kind: Kind) -> Any:
    """The content of a file of JSON text. Raises `ConfigurationError` for what is none."""
    try:
        # utf-8-sig: some editors begin a file with a byte order mark.
        text = Path(path).read_bytes().decode("utf-8-sig")
        if not text.strip():
            raise unusable_file(*kind, path, "it is empty")
        return json.loads(text)
    except OSError as error:
        raise unusable_file(*kind, path, f'the system says "{error.strerror}"') from None
    except UnicodeDecodeError:
        raise unusable_file(*kind, path, "it is not encoded in UTF-8") from None
    except json.JSONDecodeError as error:
        # Without the text that it quotes.
        raise unusable_file(*kind, path, f"it is not JSON (line {error.lineno}, column {error.colno})") from None
    except (ValueError, RecursionError):
        raise unusable_file(*kind, path, "it holds a number that is too long, or is nested too deeply") from None


def kind_of(content: Any) -> str:
    """What a content is, in words: "a list" where it is one."""
    kinds = {list: "a list", str: "a text", dict: "an object", bool: "true or false", type(None): "null"}
    return kinds.get(type(content), "a number")
