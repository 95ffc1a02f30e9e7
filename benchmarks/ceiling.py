"""What no connector in Python can pass: it parses each line on standard input, and sends bytes that are ready.

    python -m benchmarks.ceiling URL SIZES RECORDS < rows.jsonl

SIZES is a file with the bytes of each request, one number on a line. They leave evenly spread over the RECORDS,
over one connection: the sink answers at once, so more are not faster.
"""

import sys
from pathlib import Path

import orjson
import requests

_HEADERS = {
    "Content-Type": "application/json",
    "Authorization": "Basic a2V5OnNlY3JldA==",
    "Accept-Encoding": "identity",
}


def main(url: str, sizes_file: str, records: int) -> None:
    """Parse and send everything."""
    sizes = [int(line) for line in Path(sizes_file).read_text().split()]
    ready = b"x" * max(sizes)
    seen = sent = 0
    with requests.Session() as session:
        for line in sys.stdin.buffer:
            seen += orjson.loads(line)["type"] == "RECORD"
            while sent < len(sizes) and sent * records < seen * len(sizes):
                body = ready[: sizes[sent]]
                session.post(f"{url}/v2/bulkevents", data=body, headers=_HEADERS, timeout=60).raise_for_status()
                sent += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
