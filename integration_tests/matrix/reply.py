"""One HTTP answer as the server of the matrix sends it, and ways of looking into it."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

INNER_LISTS = ("data_plan_versions", "roles")


@dataclass(frozen=True)
class Reply:
    """What is sent. `raw`, where given, leaves in place of status line, headers and body.

    `length` is the declared Content-Length (None: that of the body), `wait_s` passes before the status line and
    `drip_s` after each of some pieces of the body. `end` says what becomes of the connection: `keep`, `close`,
    `reset` or `hold`, where nothing more comes and nothing ends; new ones are refused for `refuses_s` afterwards. `key`
    names the field that holds an item's own part of its primary key, where the items have one.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None
    wait_s: float = 0.0
    drip_s: float = 0.0
    end: str = "keep"
    refuses_s: float = 0.0
    raw: bytes | None = None
    key: str | None = None

    def with_json(self, content: Any) -> "Reply":
        """The same answer with another body."""
        return self.with_body(json.dumps(content).encode())

    def with_body(self, body: bytes | str, **changes: Any) -> "Reply":
        """The same answer with another body, as it is."""
        return replace(self, body=body.encode() if isinstance(body, str) else body, **changes)


def edited(reply: Reply, change: Callable[[list[Any]], list[Any]]) -> Reply:
    """The answer after `change` of its list, wherever the list is: bare, in `data`, in an object; one object is one."""
    content = json.loads(reply.body)
    if isinstance(content, list):
        return reply.with_json(change(content))
    holder, name = _place(content)
    if name is None:
        (one,) = change([content]) or [None]
        return reply.with_json(one)
    holder[name] = change(holder[name])
    return reply.with_json(content)


def with_every_item(reply: Reply, change: Callable[[dict[str, Any]], None]) -> Reply:
    """The answer after `change` of every object in its list."""

    def all_changed(items: list[Any]) -> list[Any]:
        changed = deepcopy(items)
        for item in changed:
            change(item)
        return changed

    return edited(reply, all_changed)


def _place(content: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    data = content.get("data")
    if isinstance(data, list):
        return content, "data"
    inner = data if isinstance(data, dict) else content
    return inner, next((name for name in INNER_LISTS if isinstance(inner.get(name), list)), None)
