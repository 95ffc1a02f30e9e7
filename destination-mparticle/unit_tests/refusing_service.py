"""Helpers of the tests of refusals: the Events API, refusing the batches with a bad event."""

import json
from typing import Any


class Service:
    """MParticle's side: refuses the batches that hold an event called bad, in one of its styles."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.taken: list[tuple[str, list[str]]] = []
        self.requests: list[int] = []

    def __call__(self, request: Any, context: Any) -> str:
        batches = json.loads(request.body)
        self.requests.append(len(batches))
        bad = [n for n, one in enumerate(batches) if "bad" in one["events"]]
        for n, one in enumerate(batches):
            if n not in bad and one["source_request_id"] not in {known for known, _ in self.taken}:
                self.taken.append((one["source_request_id"], one["events"]))
        context.status_code = 400 if len(bad) == len(batches) else 202
        if not bad:
            return ""
        return json.dumps(
            {"errors": [{"code": "BAD_REQUEST", "message": self.error_text(request.text, n)} for n in bad]}
        )

    def error_text(self, text: str, n: int) -> str:
        position = text.index('"bad"', text.index('"bad"') + 1 if n > self.first_bad(text) else 0) + 1
        return {
            "index": f"Error converting value &quot;bad&quot;. Path '[{n}].events', line 1, position 7.",
            "position": f"Error converting value &quot;bad&quot;. Path 'events', line 1, position {position}.",
            "neither": "Required event field &quot;event_type&quot; is missing or empty.",
        }[self.style]

    @staticmethod
    def first_bad(text: str) -> int:
        return next(n for n, one in enumerate(json.loads(text)) if "bad" in one["events"])

    @property
    def events(self) -> list[str]:
        return sorted(event for _, events in self.taken for event in events)


class NextBatchService(Service):
    """Names the batch after the one that it refuses."""

    def error_text(self, text: str, n: int) -> str:  # noqa: ARG002 - the text is that of the request
        return f"Error. Path '[{n + 1}].events', line 1, position 7."
