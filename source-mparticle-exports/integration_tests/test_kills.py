import random
import signal
from typing import Any

import pytest

from integration_tests.harness import Exports, Outcome
from source_mparticle_exports.records.streams import STREAMS
from unit_tests.exports import OUTBOUND

CHOSEN = ("events", "event_batches")
FILES, BATCHES, KILLS = 16, 60, 2


# The files are younger than their folders by years: so is a bucket that was copied.
def fill(exports: Exports) -> None:
    for file in range(FILES):
        batches = (OUTBOUND | {"batch_id": file * BATCHES + number} for number in range(BATCHES))
        exports.write(
            f"2023-11-{file % 5 + 10}/App_202311100000000000{file:02}_1.txt", *batches, compress=file % 3 == 0
        )


def rows_by_key(done: Outcome) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for name in CHOSEN:
        key = STREAMS[name].primary_key
        found |= {(name, row[key]): row for row in done.rows(name)}
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_a_read_that_is_killed_goes_on_from_its_last_state_and_no_row_is_lost(exports: Exports, seed: int) -> None:
    fill(exports)
    whole = exports.read(streams=CHOSEN)
    expected = rows_by_key(whole)
    assert len(expected) == FILES * BATCHES * (len(OUTBOUND["events"]) + 1)

    draw = random.Random(seed)
    found: dict[tuple[str, str], Any] = {}
    state: list[Any] = []
    for _ in range(KILLS):
        # No read is longer than the rest, so that each is killed on its way.
        after = draw.randrange(len(whole.text) // (2 * KILLS))
        killed = exports.read_until_killed(after, streams=CHOSEN, state=state)
        assert killed.code == -signal.SIGKILL
        found |= rows_by_key(killed)
        state = list({name_of(each): each for each in (*state, *killed.state)}.values())
    rest = exports.read(streams=CHOSEN, state=state)
    assert rest.code == 0
    # The states were of use: what they stand for is not read again.
    assert not state or len(rest.of("RECORD")) < len(whole.of("RECORD"))
    assert found | rows_by_key(rest) == expected


def name_of(state: dict[str, Any]) -> str:
    return str(state["stream"]["stream_descriptor"]["name"])
