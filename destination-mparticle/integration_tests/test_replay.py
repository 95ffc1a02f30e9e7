import json
import random
import subprocess
import time
from collections import Counter

from .harness import catalog, command, config, contents, files, record, state, written

NOW = int(time.time() * 1000)


def lines_of(count, users=300, state_every=1_000):
    rng = random.Random(7)
    for n in range(count):
        yield record("events", customer=f"c-{rng.randrange(users)}", name="Bought", at=NOW - n, n=n)
        if n % state_every == state_every - 1:
            yield state("events", read=n + 1)


def test_ten_thousand_records_written_twice_are_ten_thousand_records(sandbox):
    lines = list(lines_of(10_000))
    written(config(sandbox), catalog(), lines)
    first = sandbox.events_report()

    states, failure = written(config(sandbox), catalog(), lines)

    again = sandbox.events_report()
    assert failure is None
    assert first["events"] == again["events"] == 10_000
    assert again["batches_accepted"] == first["batches_accepted"]
    assert again["duplicates"] == first["batches_accepted"]
    assert sum(line["state"]["destinationStats"]["recordCount"] for line in states) == 10_000


def test_killed_anywhere_and_replayed_from_the_last_state_nothing_is_lost_or_doubled(sandbox, tmp_path):
    lines = list(lines_of(8_000, state_every=200))
    paths = files(tmp_path, config(sandbox, max_batches_per_second=4_000), catalog())
    stop_after = random.Random(time.time_ns()).randrange(2, 20)

    last = 0
    with _saved(tmp_path, lines).open("rb") as source:
        killed = subprocess.Popen(command("write", *paths), stdin=source, stdout=subprocess.PIPE)
    for line in killed.stdout:
        message = json.loads(line)
        if message["type"] == "STATE":
            last = message["state"]["stream"]["stream_state"]["read"]
            stop_after -= 1
        if stop_after == 0:
            killed.kill()
            break
    killed.stdout.close()
    killed.wait()
    assert 0 < last < 8_000

    written(config(sandbox), catalog(), lines[last + last // 200 :])

    times_seen = Counter(n for _, n in contents(sandbox.batches()))
    assert times_seen == Counter(range(8_000))


def _saved(folder, lines):
    path = folder / "input.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def test_equal_rows_between_two_states_stay_two(sandbox):
    row = record("events", customer="c-1", name="Scanned", at=NOW, n=1)

    written(config(sandbox), catalog(), [row, row, state("events", read=2)])

    events = [event for batch in sandbox.batches() for event in batch["events"]]
    assert len({event["data"]["source_message_id"] for event in events}) == 2


def test_an_upsert_reaches_mparticle_again_in_the_next_sync(sandbox):
    row = record("users", customer="c-1", tier="gold")

    written(config(sandbox), catalog(sync_id=1), [row])
    written(config(sandbox), catalog(sync_id=1), [row])
    assert sandbox.events_report()["duplicates"] == 1, "an attempt of the same sync is a replay"
    written(config(sandbox), catalog(sync_id=2), [row])
    written(config(sandbox), catalog(), [row])
    written(config(sandbox), catalog(), [row])

    assert len(sandbox.user("customer_id:c-1")) == 4


def test_a_ready_batch_keeps_its_own_id(sandbox):
    batch = {"source_request_id": "mine", "mpid": 9007199254740993, "events": [], "user_attributes": {"tier": "gold"}}

    written(config(sandbox), catalog("batches"), [record("batches", **batch)])

    assert sandbox.batches() == [{**batch, "environment": "development"}]
