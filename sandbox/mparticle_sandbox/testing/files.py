"""The files that a connector's command line names."""

import json
from pathlib import Path
from typing import Any


def command_files(folder: Path, **contents: Any) -> list[str]:
    """Write each of `contents` as JSON into `folder`, and return the arguments that name the files.

    `command_files(folder, config=..., catalog=...)` returns `["--config", ".../config.json", "--catalog", ...]`.
    """
    arguments = []
    for name, content in contents.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        arguments += [f"--{name}", str(path)]
    return arguments
