from collections import Counter

from integration_tests.harness import Exports
from source_mparticle_exports.records.streams import STREAMS
from unit_tests.exports import ADDED, INBOUND, OUTBOUND

OUTBOUND_FILE = "2017-10-17/mPTravel_20171017170911644493_34523.txt"
AGAIN = "2017-10-17/mPTravel_20171017180000000000_00001.txt"
INBOUND_FILE = "feed/Raw-Feed_20171018000000000000_00002.txt"
AUDIENCE = "audiences/Test-Audience_1234_2020-01-01_00-00-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt"


def fill(exports: Exports) -> None:
    exports.write(OUTBOUND_FILE, OUTBOUND)
    # Delivered again, and compressed under a name that does not say so.
    exports.write(AGAIN, OUTBOUND | {"batch_id": str(OUTBOUND["batch_id"])}, compress=True)
    exports.write(INBOUND_FILE, INBOUND, "", "{}")
    exports.write(AUDIENCE, ADDED, ADDED | {"IsAddRequest": False})
    exports.write("mParticle_Bucket_Verification_20171017-000000.txt", "{}")
    exports.write("audiences/mparticle-validation-1594167374230.txt")


def test_every_stream_is_read_from_files_of_every_form(exports: Exports) -> None:
    fill(exports)
    done = exports.read()
    assert done.code == 0
    assert "Found 6 files. Ignored: 2 verification." in done.log
    assert Counter(record["stream"] for record in done.of("RECORD")) == {
        "events": 9,
        "event_batches": 3,
        "commerce_event_products": 6,
        "user_identity_changes": 2,
        "user_attribute_changes": 2,
        "audience_membership_changes": 2,
    }
    # What came twice has one key.
    kept = {name: {row[stream.primary_key] for row in done.rows(name)} for name, stream in STREAMS.items()}
    assert {name: len(keys) for name, keys in kept.items()} == {
        "events": 5,
        "event_batches": 2,
        "commerce_event_products": 3,
        "user_identity_changes": 1,
        "user_attribute_changes": 1,
        "audience_membership_changes": 2,
    }
    assert {row["_ab_source_file_url"] for row in done.rows("events")} == {OUTBOUND_FILE, AGAIN, INBOUND_FILE}
    assert [row["action"] for row in done.rows("audience_membership_changes")] == ["add", "remove"]
    assert all(done.status(name) == "COMPLETE" for name in STREAMS)


def test_a_full_refresh_reads_everything_each_time(exports: Exports) -> None:
    fill(exports)
    done = exports.read(streams=["events"], mode="full_refresh")
    assert len(done.rows("events")) == 9
    assert done.status("events") == "COMPLETE"


def test_the_next_sync_reads_only_what_is_new_late_or_rewritten(exports: Exports) -> None:
    fill(exports)
    first = exports.read(streams=["events"])
    nothing = exports.read(streams=["events"], state=first.state)
    assert nothing.rows("events") == []
    assert [each["stream"] for each in nothing.state] == [each["stream"] for each in first.state]

    batch = {"batch_id": 2, "events": [{"event_type": "session_start"}]}
    exports.write("2026-11-20/mPTravel_20261120000000000000_00004.txt", batch | {"batch_id": 3})
    exports.write(INBOUND_FILE, INBOUND | {"source_request_id": "r-2"})
    second = exports.read(streams=["events"], state=nothing.state)
    found = {row["_ab_source_file_url"] for row in second.rows("events")}
    assert {"2026-11-20/mPTravel_20261120000000000000_00004.txt", INBOUND_FILE} <= found
    assert exports.read(streams=["events"], state=second.state).rows("events") == []


def test_a_late_file_in_the_folder_of_an_earlier_day_is_read(exports: Exports) -> None:
    day = 86_400.0
    at = 1_700_000_000.0
    exports.write("2023-11-14/App_20231114220000000000_1.txt", OUTBOUND, modified=at)
    first = exports.read(streams=["events"])
    late = "2023-10-20/App_20231115220000000000_2.txt"
    exports.write(late, OUTBOUND | {"batch_id": 9}, modified=at + day)
    old = "2023-06-01/App_20230601000000000000_3.txt"
    exports.write(old, OUTBOUND | {"batch_id": 10}, modified=at - 160 * day)
    second = exports.read(streams=["events"], state=first.state)
    assert {row["_ab_source_file_url"] for row in second.rows("events")} == {late}
    assert "Date folders before 2023-09-30 were not listed: they were read long ago." in second.log


def test_apps_and_a_start_choose_files_by_their_names(exports: Exports) -> None:
    fill(exports)
    feed = exports.read(app_names=["Raw Feed"], streams=["events", "audience_membership_changes"])
    assert {row["app_name"] for row in feed.rows("events")} == {"Raw-Feed"}
    assert len(feed.rows("audience_membership_changes")) == 2
    later = exports.read(start_date="2017-10-17T17:30:00Z", streams=["events"])
    assert {row["_ab_source_file_url"] for row in later.rows("events")} == {AGAIN, INBOUND_FILE}
    assert exports.read(start_date="2017-10-19", streams=["events"], num_workers=1).rows("events") == []
