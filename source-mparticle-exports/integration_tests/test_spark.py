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
from unit_tests.exports import INBOUND, OUTBOUND

PAGE = PACKAGE.parent / "docs" / "scaling.md"
PYTHON = os.environ.get("SPARK_PYTHON", sys.executable)
COLUMNS = [
    "batch_id",
    "source_request_id",
    "mpid",
    "environment",
    "customer_id",
    "email",
    "event_type",
    "event_name",
    "custom_event_type",
    "timestamp",
    "event_id",
    "source_message_id",
    "session_id",
]

BEFORE = """
import sys
from pyspark.sql import SparkSession

path, target = sys.argv[1:]
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
"""
AFTER = """
open(target, "w").write("\\n".join(events.toJSON().collect()))
"""


def missing() -> str:
    if shutil.which("java") is None:
        return "needs Java"
    tried = subprocess.run([PYTHON, "-c", "import pyspark"], capture_output=True, check=False)
    return "needs pyspark, in this Python or in that of SPARK_PYTHON" if tried.returncode else ""


def snippet() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_the_page_shows_how_spark_gives_the_same_events(exports: Exports, tmp_path: Path) -> None:
    again = {"identity_type": "EMAIL", "identity": "later@example.com"}
    exports.write("2017-10-17/App_20171017170911644493_1.txt", OUTBOUND, {})
    changed = OUTBOUND | {"batch_id": "7", "user_identities": [*OUTBOUND["user_identities"], again, {"identity": "x"}]}
    exports.write("2017-10-18/App_20171018170911644493_2.txt.gz", changed, compress=True)
    exports.write("feed/Feed_20171018000000000000_3.txt", INBOUND, INBOUND | {"user_identities": {"customer_id": 5}})
    exports.write("mParticle_Bucket_Verification_20171017-000000.txt", "{}")
    script, target = tmp_path / "script.py", tmp_path / "rows.json"
    script.write_text(BEFORE + snippet() + AFTER)
    done = subprocess.run([PYTHON, script, exports.folder, target], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    by_spark = [json.loads(line) for line in target.read_text().splitlines()]
    by_us = exports.read(streams=["events"]).rows("events")
    assert len(by_us) == 10
    assert chosen(by_spark) == chosen(by_us)


def chosen(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return sorted([str(row.get(name)) for name in COLUMNS] for row in rows)
