"""Helper: the verdicts of schemas and of a running sandbox about a corpus of batches, compared.

`python -m tests.helpers.agreement`, run in the folder of the sandbox, compares 10,000 and prints what it found.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import fastjsonschema
import requests
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.published_schema import SCHEMA, published_schema
from mparticle_sandbox.testing import NO_RATE_LIMIT

from tests.helpers.batch_corpus import Sample, corpus
from tests.helpers.known_differences import LAXER, STRICTER, difference
from tests.helpers.sender import Sender

IsValid = Callable[[Any], bool]

_BATCHES_PER_REQUEST = 100
# Below the limit of a request, which is tested elsewhere.
_CHARACTERS_PER_REQUEST = 200_000


def validator(schema: dict[str, Any]) -> IsValid:
    """A function that says whether a value is valid by this JSON Schema."""
    validate = fastjsonschema.compile(schema, use_default=False, detailed_exceptions=False)

    def is_valid(content: Any) -> bool:
        try:
            validate(content)
        except fastjsonschema.JsonSchemaException:
            return False
        return True

    return is_valid


def validators() -> dict[str, IsValid]:
    """The digest, and mParticle's own schema where it is at hand."""
    found = {"digest": validator(published_schema())}
    if SCHEMA.is_file():
        found["published schema"] = validator(json.loads(SCHEMA.read_text()))
    return found


class Comparison(NamedTuple):
    """How many samples of each kind have which verdict, how often each difference was seen, and what has no reason."""

    verdicts: Counter[tuple[str, bool]]
    differences: Counter[str]
    unexplained: list[str]


def compare(sandbox: SandboxProcess, samples: Iterable[Sample]) -> Comparison:
    """Ask every schema and the sandbox, over HTTP, about every sample."""
    found = Comparison(Counter(), Counter(), [])
    schemas = validators()
    for sample, accepted in _sandbox_verdicts(sandbox, samples):
        found.verdicts[sample.kind, accepted] += 1
        for name, is_valid in schemas.items():
            if is_valid(sample.change.content) == accepted:
                continue
            reason = difference(sample.change, sandbox_accepts=accepted)
            if reason is None:
                verdict = "accepts" if accepted else "refuses"
                found.unexplained.append(
                    f"{sample.kind} at {sample.change.place}: the sandbox {verdict}, not the {name}"
                )
            elif name == "digest":
                found.differences[reason] += 1
    return found


def _sandbox_verdicts(sandbox: SandboxProcess, samples: Iterable[Sample]) -> Iterator[tuple[Sample, bool]]:
    # A batch is known by its text, so equal ones must all be stored.
    sandbox.settings(deduplicate=False)
    with Sender(sandbox) as sender:
        for request in _requests(samples):
            before = sandbox.events_report()["batches_accepted"]
            response = sender.raw("/bulkevents", f"[{','.join(text for text, _ in request)}]".encode())
            errors = json.loads(response.content)["errors"] if response.content else []
            accepted = _stored_from(sandbox, before)
            all_refused = len(errors) == len(request)
            assert response.status_code == (400 if all_refused else 202), response.status_code
            assert len(errors) + len(accepted) == len(request), "each batch is stored or has an error of its own"
            # Accepted batches are stored in the order of the request, and equal texts have equal verdicts.
            waiting = iter([*accepted, None])
            expected = next(waiting)
            for text, sample in request:
                yield sample, text == expected
                expected = next(waiting) if text == expected else expected
            assert expected is None, "what is stored was sent"


def _stored_from(sandbox: SandboxProcess, offset: int) -> list[str]:
    page = {"offset": offset, "limit": _BATCHES_PER_REQUEST}
    response = requests.get(f"{sandbox.url}/_sandbox/events/batches", page, timeout=10)
    return [json.dumps(entry["batch"]) for entry in response.json()["batches"]]


def _requests(samples: Iterable[Sample]) -> Iterator[list[tuple[str, Sample]]]:
    request: list[tuple[str, Sample]] = []
    size = 0
    for sample in samples:
        text = json.dumps(sample.change.content)
        if request and (len(request) == _BATCHES_PER_REQUEST or size + len(text) > _CHARACTERS_PER_REQUEST):
            yield request
            request, size = [], 0
        request.append((text, sample))
        size += len(text) + 1
    if request:
        yield request


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with SandboxProcess(**NO_RATE_LIMIT) as sandbox:
        found = compare(sandbox, corpus(published_schema(), options.seed, options.batches))
    print("\n".join(_report(found, options.seed)))  # noqa: T201 - the report
    return 1 if found.unexplained else 0


def _report(found: Comparison, seed: int) -> Iterator[str]:
    good = sum(count for (_, accepted), count in found.verdicts.items() if accepted)
    total = found.verdicts.total()
    yield f"Seed {seed}: {total} batches, {good} accepted by the sandbox; judged by {' and '.join(validators())}."
    for (kind, accepted), count in sorted(found.verdicts.items()):
        yield f"  {count:6} {'accepted' if accepted else 'refused ':8} {kind}"
    yield f"Differences with a reason: {found.differences.total()}"
    for each in (*STRICTER, *LAXER):
        yield f"  {found.differences[each.name]:6} {each.name}: {each.why}"
    yield f"Differences without a reason: {len(found.unexplained)}"
    for line in found.unexplained[:20]:
        yield f"  {line}"


if __name__ == "__main__":
    sys.exit(main())
