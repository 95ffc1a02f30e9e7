from datetime import date, datetime, timezone

import pytest

from source_mparticle_exports.records.file_name import FileKind, folder_day, is_app, parse_file_name


@pytest.mark.parametrize("ending", [".txt", ".txt.gz", ".gz", ""])
def test_the_name_of_an_event_file_says_the_app_and_the_time(ending: str) -> None:
    found = parse_file_name(f"base/2017-10-16/My_App_20171017170911644493_34523{ending}")
    assert (found.kind, found.app_name) == (FileKind.EVENTS, "My_App")
    assert found.time == datetime(2017, 10, 17, 17, 9, 11, 644493, tzinfo=timezone.utc)


def test_the_name_of_an_audience_file_says_the_audience_and_the_time() -> None:
    found = parse_file_name("Big_Spenders-EU_1234_2020-01-01_00-30-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt")
    assert (found.kind, found.audience_name, found.audience_id) == (FileKind.AUDIENCE, "Big_Spenders-EU", "1234")
    assert found.time == datetime(2020, 1, 1, 0, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "name",
    [
        "mParticle_Bucket_Verification_20200101-120000.txt",
        "mparticle_validation.txt",
        "folder/mparticle-validation-1594167374230.txt",
    ],
)
def test_verification_files_are_told_by_their_names(name: str) -> None:
    assert parse_file_name(name).kind is FileKind.VERIFICATION


def test_the_name_of_an_app_or_an_audience_may_begin_with_an_underscore() -> None:
    assert parse_file_name("_App_20171017170911644493_34523.txt").app_name == "_App"
    audience = "_Big_7_2020-01-01_00-30-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt"
    assert parse_file_name(audience).audience_name == "_Big"


@pytest.mark.parametrize("name", [".DS_Store", "folder/_SUCCESS", ".Shop_20171017170911644493_34523.txt.part"])
def test_what_tools_leave_behind_is_hidden(name: str) -> None:
    assert parse_file_name(name).kind is FileKind.HIDDEN


@pytest.mark.parametrize("name", ["renamed.json", "App_20171399999999644493_1.txt"])
def test_other_names_are_no_reason_to_leave_a_file_out(name: str) -> None:
    found = parse_file_name(name)
    assert found.kind in {FileKind.UNKNOWN, FileKind.EVENTS}
    assert found.time is None


def test_a_date_folder_is_one_day() -> None:
    assert folder_day("2020-02-29") == date(2020, 2, 29)
    assert [folder_day(name) for name in ("2021-02-29", "2020-1-1", "exports", "")] == [None] * 4


def test_an_app_is_found_however_its_spaces_are_written() -> None:
    chosen = frozenset({"mP Travel"})
    assert all(is_app(name, chosen) for name in ("mPTravel", "mP-Travel", "mP_Travel", "mp travel"))
    assert not any(is_app(name, chosen) for name in ("mPTravel2", None))
