"""What docs/scaling.md shows for Spark gives the rows of this connector.

SPARK_PYTHON names a Python that has pyspark, where that of the tests has none.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from integration_tests.harness import PACKAGE, Exports
from unit_tests.exports import ADDED, INBOUND, OUTBOUND

PAGE = PACKAGE.parent / "docs" / "scaling.md"
AUDIENCE = "Test-Audience_1234_2020-01-01_00-00-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt"
PYTHON = os.environ.get("SPARK_PYTHON", sys.executable)
COLUMNS = {
    "events": [
        *("batch_id", "source_request_id", "mpid", "environment", "customer_id", "email", "event_type", "event_name"),
        *("custom_event_type", "timestamp", "event_id", "source_message_id", "session_id"),
    ],
    "commerce_event_products": [
        *("batch_id", "mpid", "currency_code", "action", "transaction_id", "total_amount"),
        *("product_id", "product_name", "price", "quantity"),
    ],
    "audience_membership_changes": [
        *("audience_id", "audience_name", "action", "mpid", "customer_id", "membership_changed_timestamp"),
    ],
}

BEFORE = """
import sys
from pyspark.sql import SparkSession

path, target = sys.argv[1:]
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
"""
AFTER = """
import json
tables = events, commerce_event_products, audience_membership_changes
open(target, "w").write(json.dumps([[json.loads(row) for row in table.toJSON().collect()] for table in tables]))
"""


def missing() -> str:
    if shutil.which("java") is None:
        return "needs Java"
    tried = subprocess.run([PYTHON, "-c", "import pyspark"], capture_output=True, check=False)
    return "needs pyspark, in this Python or in that of SPARK_PYTHON" if tried.returncode else ""


def shown() -> str:
    """The page's code for Spark."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## Exports beyond one machine")
    return "".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL))


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_the_page_shows_how_spark_gives_the_same_rows(exports: Exports, tmp_path: Path) -> None:
    again = {"identity_type": "EMAIL", "identity": "later@example.com"}
    exports.write("2017-10-17/App_20171017170911644493_1.txt", OUTBOUND, {})
    changed = OUTBOUND | {"batch_id": "7", "user_identities": [*OUTBOUND["user_identities"], again, {"identity": "x"}]}
    exports.write("2017-10-18/App_20171018170911644493_2.txt.gz", changed, compress=True)
    exports.write("feed/Feed_20171018000000000000_3.txt", INBOUND, INBOUND | {"user_identities": {"customer_id": 5}})
    exports.write("mParticle_Bucket_Verification_20171017-000000.txt", "{}")
    removed = ADDED | {"IsAddRequest": "False", "MembershipChangedTimestamp": "1594167374231"}
    exports.write("audiences/" + AUDIENCE, ADDED, removed)
    script, target = tmp_path / "script.py", tmp_path / "rows.json"
    script.write_text(BEFORE + shown() + AFTER)
    done = subprocess.run([PYTHON, script, exports.folder, target], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    by_us = exports.read(streams=list(COLUMNS))
    for stream, by_spark in zip(COLUMNS, json.loads(target.read_text()), strict=True):
        rows = [row for row in by_us.rows(stream) if row.get("product_list") in {None, "product_action"}]
        assert rows
        assert chosen(stream, by_spark) == chosen(stream, rows)


def chosen(stream: str, rows: list[dict[str, Any]]) -> list[list[Any]]:
    return sorted([str(number_or_text(row.get(name))) for name in COLUMNS[stream]] for row in rows)


def number_or_text(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value
