from integration_tests.harness import Exports
from unit_tests.exports import ADDED, OUTBOUND

GOOD = "App_20231114000000000000_1.txt"
BROKEN = "App_20231115000000000000_2.txt"
SECOND = OUTBOUND | {"batch_id": 2}


def write_both(exports: Exports) -> None:
    exports.write(GOOD, OUTBOUND)
    exports.write(BROKEN, SECOND, '{"events": [{"secret', OUTBOUND | {"batch_id": 3})


def test_a_broken_line_ends_its_stream_as_incomplete_and_names_file_and_line(exports: Exports) -> None:
    write_both(exports)
    done = exports.read(streams=["events", "audience_membership_changes"])
    assert done.code == 1
    assert done.status("events") == "INCOMPLETE"
    assert done.status("audience_membership_changes") == "COMPLETE"
    assert f"Line 2 of {BROKEN} is broken: it is not JSON." in done.errors
    assert "secret" not in done.text
    assert len({row["batch_id"] for row in done.rows("events")}) == 2

    # The state knows only what was read to its end: once mended, the file is read whole.
    exports.write(BROKEN, SECOND, OUTBOUND | {"batch_id": 3})
    mended = exports.read(streams=["events"], state=done.state)
    assert {row["_ab_source_file_url"] for row in mended.rows("events")} == {BROKEN}
    assert {row["batch_id"] for row in mended.rows("events")} == {"2", "3"}


def test_a_line_that_no_stream_looks_for_in_its_file_is_broken(exports: Exports) -> None:
    exports.write(GOOD, OUTBOUND, ADDED)
    exports.write("Audience_7_2020-01-01_00-00-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt", ADDED, OUTBOUND)
    done = exports.read(streams=["events", "audience_membership_changes"])
    assert done.status("events") == done.status("audience_membership_changes") == "INCOMPLETE"
    assert f"Line 2 of {GOOD} is broken: it is a change of an audience's membership" in done.errors
    assert "is broken: it is an event batch" in done.errors


def test_a_broken_line_is_skipped_where_the_configuration_says_so(exports: Exports) -> None:
    write_both(exports)
    done = exports.read(streams=["events"], on_broken_line="skip")
    assert done.code == 0
    assert done.status("events") == "COMPLETE"
    assert f"Skipped 1 broken lines of {BROKEN} for events: line 2: it is not JSON." in done.log
    assert "secret" not in done.text
    assert len({row["batch_id"] for row in done.rows("events")}) == 3


def test_a_file_whose_compression_ends_early_is_never_taken_for_whole(exports: Exports) -> None:
    path = exports.write(GOOD, *[OUTBOUND | {"batch_id": number} for number in range(200)], compress=True)
    path.write_bytes(path.read_bytes()[:-500])
    done = exports.read(streams=["events"], on_broken_line="skip")
    assert done.code == 1
    assert done.status("events") == "INCOMPLETE"
    assert f"The file {GOOD} cannot be read: from line" in done.errors


def test_a_folder_that_is_not_there_is_an_error_and_not_an_empty_table(exports: Exports) -> None:
    storage = {"storage_type": "Local", "path": f"{exports.folder}-not"}
    done = exports.read(streams=["events"], mode="full_refresh", storage=storage)
    assert done.code == 1
    assert done.status("events") == "INCOMPLETE"
    assert "does not exist" in done.errors
