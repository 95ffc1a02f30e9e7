"""JSON text that waits in memory."""

from typing import Any

import orjson


def compact_json(value: Any, option: int = 0) -> bytes:
    """Serialize a value, with orjson's options, into no more memory than its text needs.

    What orjson returns keeps up to ten times the memory that it fills, which counts where records wait for company.
    """
    return bytes(memoryview(orjson.dumps(value, option=option)))
