"""What the destination rejected and why, from its store for rejected records."""

import json
from collections.abc import Iterator
from pathlib import Path


def rejected(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the (stream, reason, message) of each rejected record that the store in `folder` holds."""
    for file in sorted(folder.rglob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield record["stream"], record["rejected_reason"], record["rejected_message"]
