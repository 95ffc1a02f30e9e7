"""One mutation for each seed, at one request of a sync, and what a sync may make of it."""

from collections.abc import Iterable, Iterator

from integration_tests.every_request.cases import RequestCase
from integration_tests.matrix.cases import ALL, TOKEN, TOKEN_PATH, Case, Requests
from integration_tests.matrix.faults import mutation
from integration_tests.matrix.judge import WHOLE_SYNC, Allowed, Finding, Judge
from integration_tests.matrix.resources import HOLDER, LIST, NEEDS, RESOURCES
from integration_tests.matrix.syncs import Row, Sync

# Of one sync with one response of ten megabytes: what the interpreter takes, and a few copies of the response.
MOST_MB = 400
LONGEST_S = 60.0


def mutation_cases(requests: Requests, seeds: Iterable[int]) -> Iterator[RequestCase]:
    """A case for each seed: all kinds of requests take turns, and so do the requests of a kind."""
    kinds = [[TOKEN_PATH], *(paths for paths in requests.all.values() if paths)]
    for seed in seeds:
        paths = kinds[seed % len(kinds)]
        path = paths[seed // len(kinds) % len(paths)]
        yield RequestCase(mutation(seed), TOKEN if path == TOKEN_PATH else "", ALL, path=path)


class MutationJudge(Judge):
    """Knows what holds whatever a response says: streams that do not need it are whole, and no row is dropped."""

    def findings(self, case: Case, sync: Sync) -> list[Finding]:
        """What is wrong with a sync, the time and the memory that it took included."""
        found = super().findings(case, sync)
        if sync.seconds > LONGEST_S or sync.peak_mb > MOST_MB:
            found.append(Finding(str(case), WHOLE_SYNC, "cost", f"{sync.seconds:.0f} s, {sync.peak_mb} MB"))
        return found

    def _of_rows(self, case: Case, stream: str, rows: list[Row], allowed: Allowed) -> list[tuple[str, str]]:
        faulted = {path for paths in case.paths(self.requests).values() for path in paths}
        own = [name for name in case.resources if name == NEEDS[stream][0]]
        healthy = allowed.rows
        depending = [row for row in healthy if any(paths & faulted for paths in self._origins.of(stream, row))]
        missing = [row for row in healthy if row not in depending and row not in rows]
        problems = [("lost", f"COMPLETE without {len(missing)} rows of other requests")] if missing else []
        # An object without a key is no row; a list has as many rows as objects.
        counts = own and RESOURCES[own[0]].kind in (LIST, HOLDER)
        if counts and len(rows) != len(healthy):
            problems.append(("lost", f"COMPLETE with {len(rows)} of {len(healthy)} rows"))
        return problems
