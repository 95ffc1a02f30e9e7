"""The records of the views as the messages that Airbyte's platform would hand to the destination."""

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter

from mparticle_sandbox.testing import configured_catalog, record, state

from .warehouse import STREAMS, Warehouse

CATALOG = configured_catalog(*STREAMS)
"""The configured catalog of the connection."""


def messages(warehouse: Warehouse) -> Iterator[bytes]:
    """Yield the records of all views in the order of time as JSON lines, and a state whenever the view changes.

    The destination keeps the order of one user's records within a stream, and across streams only where a state lies
    between them. In any other order an earlier balance could overwrite a later one.
    """
    views = ([(row["position"], stream, row) for row in warehouse.records(stream)] for stream in STREAMS)
    for stream, records in groupby(merge(*views, key=itemgetter(0)), key=itemgetter(1)):
        for _, _, row in records:
            yield record(stream, row)
        yield state(stream, {})
