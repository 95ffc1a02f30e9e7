"""Whole runs of `write` with hostile input: whatever comes, the counts must add up.

    python -m reliability.hostile [--seeds 0-199]

A seed draws records of the corpus (`unit_tests/hostile`), states and other messages, in any order; half of the seeds
also draw a line that is no message, which ends the sync.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import NO_RATE_LIMIT

from destination_mparticle import json_reading
from integration_tests.harness import EVENTS, catalog, config, files, run, state
from unit_tests.hostile.lines import BROKEN, SECRET_WORD, SKIPPED
from unit_tests.hostile.records import ODDITIES, record_line, row

RECORDS: Final = 120
_COUNTS: Final = re.compile(
    r"events: in (\d+), accepted (\d+), rejected (\d+)(?:.*?, not sent (\d+))?(?:.*?, in progress (\d+))?"
)
_NO_TEXT: Final = re.compile("[\x00-\x1f\udc80-\udcff]")


@dataclass(frozen=True)
class Seen:
    """What a run was given and what came of it. `arrived` are the events that mParticle took, each as often as it came.

    `broken_line` is the number of the line that ends the sync. `confirmed` are the counts in states, `silent` what
    mParticle dropped or refused. `altered` is how many stored records are not as they were sent.
    """

    records: int
    broken_line: int | None
    code: int
    error: str
    read: int
    accepted: int
    rejected: int
    not_sent: int
    confirmed: int
    stored: list[Any]
    altered: int
    arrived: int
    silent: dict[str, Any]
    text: str

    def problems(self) -> list[str]:
        """One sentence for each promise that was broken."""
        ended = self.broken_line is not None
        found = {
            f"It ended with code {self.code}: {self.error}": self.code != int(ended),
            f"The error does not name line {self.broken_line}: {self.error}": ended
            and not self.error.startswith(f"Input line {self.broken_line} "),
            f"{self.read} of {self.records} records were read.": self.read != self.records,
            f"{self.read} were read, {self.accepted} accepted, {self.rejected} rejected, {self.not_sent} not sent.": (
                self.accepted + self.rejected + self.not_sent != self.read or (self.not_sent > 0 and not ended)
            ),
            f"{self.confirmed} were confirmed.": (
                self.confirmed > self.accepted + self.rejected or (self.confirmed != self.read and not ended)
            ),
            f"{len(self.stored)} of {self.rejected} rejected records are stored.": len(self.stored) != self.rejected,
            "A record was rejected without a reason.": not all(
                each["rejected_reason"] and each["rejected_message"] for each in self.stored
            ),
            f"{self.altered} stored records are not as they were sent.": self.altered > 0,
            # What was on its way when the sync ended may have arrived.
            f"{self.arrived} arrived of {self.accepted} accepted and {self.not_sent} not sent.": not (
                self.accepted <= self.arrived <= self.accepted + self.not_sent
            ),
            f"mParticle refused or dropped {self.silent}.": bool(self.silent),
            "A broken line was repeated.": SECRET_WORD in self.text,
        }
        return [sentence for sentence, is_so in found.items() if is_so]


def seen_of(
    outcome: Any,
    sandbox: SandboxProcess,
    store: Path,
    records: int,
    broken_line: int | None,
    lines: Sequence[bytes] = (),
) -> Seen:
    """Collect what came of a run of the stream `events` with `on_rejected: skip`.

    What is stored of rejected records is compared with the `lines` that were sent, if there are any.
    """
    stored = [line for path in store.rglob("*.jsonl") for line in path.read_bytes().splitlines()]
    summaries = [match for text in outcome.logs() if (match := _COUNTS.match(text))]
    read, accepted, rejected, held_back, in_progress = (int(count or 0) for count in summaries[-1].groups())
    confirmed: Counter[str] = Counter()
    for line in outcome.states:
        confirmed.update(line["state"]["destinationStats"])
    report = sandbox.events_report()
    silent = {name: report[name] for name in ("silently_dropped", "batches_refused", "refused") if report[name]}
    return Seen(
        records=records,
        broken_line=broken_line,
        code=outcome.code,
        error=outcome.error["message"] if outcome.error else "",
        read=read,
        accepted=accepted,
        rejected=rejected,
        not_sent=held_back + in_progress,
        confirmed=int(confirmed.total()),
        stored=[json_reading.loads(line) for line in stored],
        altered=(Counter(map(_data_of, stored)) - Counter(map(_data_of, lines))).total() if lines else 0,
        arrived=report["events"] + report["duplicates"],
        silent=silent,
        text=str(outcome.lines),
    )


def _data_of(line: bytes) -> str:
    """Return the data of a record, as it is written in a line of the input or of a store.

    Bytes that JSON does not allow, which some sources write, are stored as escapes.
    """
    _, _, data = line.partition(b',"data":')
    # Lines of the input have one more object around it.
    text = data.rstrip(b"\n}").decode("utf-8", "surrogateescape")
    return _NO_TEXT.sub(lambda byte: f"\\u{ord(byte[0]):04x}", text)


def prepare(sandbox: SandboxProcess, folder: Path) -> list[str]:
    """Write the files of a sync that skips rejected records and stores them, and return the arguments for `write`."""
    storage = {"storage_type": "Local", "destination_path": str(folder / "rejects")}
    settings = config(sandbox, EVENTS, on_rejected="skip", object_storage_config=storage)
    return list(files(folder, settings, catalog("events")))


def run_seed(seed: int, sandbox: SandboxProcess, folder: Path) -> Seen:
    """Run one seed into a sandbox that has received nothing."""
    rng, now = Random(seed), int(time.time() * 1000)
    lines = [record_line(row(rng.choice(list(ODDITIES)), rng, now, n)) for n in range(RECORDS)]
    lines += [text.encode() + b"\n" for text in rng.choices(list(SKIPPED.values()), k=20)]
    lines += [state("events", read=n) for n in range(10)]
    rng.shuffle(lines)
    if seed % 2:
        position: int | None = rng.randrange(len(lines))
        lines[position:position] = [rng.choice(list(BROKEN.values())).encode() + b"\n"]
    else:
        position = None
        lines.append(state("events", read=10))
    beginning, _, _ = record_line(b"").partition(b"}")
    records = sum(line.startswith(beginning) for line in lines[:position])
    # Not every source ends its last line.
    stdin = b"".join(lines) if seed % 4 < 2 else b"".join(lines).removesuffix(b"\n")
    outcome = run("write", *prepare(sandbox, folder), stdin=stdin)
    return seen_of(outcome, sandbox, folder / "rejects", records, None if position is None else position + 1, lines)


def main() -> int:
    """Run the seeds, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", default="0-199", help="such as 7 or 0-199")
    first, _, last = parser.parse_args().seeds.partition("-")
    totals: Counter[str] = Counter()
    with SandboxProcess(**NO_RATE_LIMIT) as sandbox:
        for seed in range(int(first), int(last or first) + 1):
            sandbox.reset()
            with tempfile.TemporaryDirectory() as folder:
                seen = run_seed(seed, sandbox, Path(folder))
            problems = seen.problems()
            totals.update(runs=1, records=seen.read, accepted=seen.accepted, rejected=seen.rejected)
            totals.update(not_sent=seen.not_sent, problems=len(problems))
            sys.stdout.writelines(f"seed {seed}: {sentence}\n" for sentence in problems)
    sys.stdout.write(", ".join(f"{name} {count:,}" for name, count in totals.items()) + "\n")
    return 1 if totals["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
