"""What the documents say about sizes and times of the connector's own choosing is what the code has."""

from pathlib import Path

import pytest

from destination_mparticle import tuning

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "integrations" / "destinations" / "mparticle.md"
README = ROOT / "destination-mparticle" / "README.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
WORDS = {2: "two", 6: "six", 9: "nine", 10: "ten", 16: "sixteen"}


def word(number: float) -> str:
    return WORDS.get(int(number), f"{int(number)}")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (PAGE, f"up to {word(tuning.RETRY_SECONDS / 60)} minutes. Then the sync ends"),
        (PAGE, f"A response must be complete within {word(tuning.RESPONSE_SECONDS / 60)} minutes"),
        (PAGE, f"hold no more than {tuning.RESPONSE_BYTES // 1_000_000} MB, unpacked"),
        (PAGE, f"bucket for rejected records must be complete within {word(tuning.BUCKET_SECONDS / 60)} minutes"),
        (PAGE, f"{word(tuning.GRACE_SECONDS).capitalize()} seconds after the signal it ends in any case"),
        (PAGE, f"no request has a final response for {word(tuning.STALL_SECONDS / 60)} minutes"),
        (PAGE, f"waits up to {word(tuning.DRAIN_SECONDS)} seconds for what is being sent"),
        (PAGE, f"Only equal records more than {tuning.DUPLICATE_WINDOW_RECORDS:,} records apart"),
        (PAGE, f"Once a sync has read {tuning.WORKERS_FROM_LINE:,} records"),
        (PAGE, f"ahead of it, at most {word(tuning.WORKERS)}, where"),
        (README, f"full window ({tuning.WINDOW_BYTES // 1_000_000} MB)"),
        (ARCHITECTURE, f"{word(tuning.EVENTS_SENDERS)} senders of the Events API"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_the_documents_state_the_sizes_and_times_of_the_code(document: Path, sentence: str) -> None:
    assert sentence in " ".join(document.read_text(encoding="utf-8").split())


def test_a_check_is_over_in_the_time_that_the_page_promises() -> None:
    assert "less than ten seconds" in PAGE.read_text(encoding="utf-8")
    assert tuning.CHECK_SECONDS + tuning.JOIN_SECONDS < 10


def test_a_stopped_sync_drains_before_its_grace_ends_and_a_stall_outlasts_all_retries() -> None:
    assert tuning.DRAIN_SECONDS + 2 * tuning.JOIN_SECONDS < tuning.GRACE_SECONDS
    assert tuning.STALL_SECONDS > tuning.RETRY_SECONDS + tuning.RETRY_CAP_SECONDS + tuning.RESPONSE_SECONDS
