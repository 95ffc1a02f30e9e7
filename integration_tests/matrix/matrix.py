"""Cases in, findings out."""

from types import TracebackType
from typing import final

from integration_tests.matrix.cases import HEALTHY, Case
from integration_tests.matrix.judge import Finding, Judge
from integration_tests.matrix.resources import NEEDS
from integration_tests.matrix.syncs import Sync, Syncs


@final
class Matrix:
    """Runs cases and holds them against one `healthy` sync; `health` is what is wrong with that one.

    All syncs keep to the core of this number.
    """

    def __init__(self, core: int = 0, judge: type[Judge] = Judge) -> None:
        self._syncs = Syncs(core)
        self._make_judge = judge

    def __enter__(self) -> "Matrix":
        self.cells = 0
        self.cpu_seconds = 0.0
        self._syncs.__enter__()
        self.healthy = healthy = self._syncs.run()
        config = self._syncs.config
        secrets = [config["client_secret"], *config["profiles"]["identities"], str(healthy.token)]
        self.judge = self._make_judge(healthy, self._syncs.keys, secrets)
        self.streams = list(self._syncs.keys)
        self.health = self.judge.of_health(healthy)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._syncs.__exit__(kind, error, traceback)

    def findings(self, case: Case) -> list[Finding]:
        """Run the case and judge each of its streams."""
        return self.judge.findings(case, self.sync(case))

    def sync(self, case: Case) -> Sync:
        """Run the case."""
        rules = [] if case.fault is HEALTHY else [case.rule(self.judge.requests)]
        sync = self._syncs.run(rules, case.token_lasts)
        self.cells += len(NEEDS)
        self.cpu_seconds += sync.cpu_seconds
        return sync
