"""Cases in, findings out."""

from types import TracebackType
from typing import TypeVar, final

from integration_tests.matrix.cases import HEALTHY, Case
from integration_tests.matrix.judge import Finding, Judge
from integration_tests.matrix.resources import NEEDS
from integration_tests.matrix.syncs import Sync, Syncs
from integration_tests.sandbox_objects import differences

AnyJudge = TypeVar("AnyJudge", bound=Judge)


@final
class Matrix:
    """Runs cases and holds them against one `healthy` sync; `health` is what is wrong with that one.

    All syncs keep to the core of this number.
    """

    def __init__(self, core: int = 0, judge: type[Judge] = Judge) -> None:
        self._syncs = Syncs(core)
        self._kind_of_judge = judge

    def __enter__(self) -> "Matrix":
        self.cells = 0
        self.cpu_seconds = 0.0
        self._syncs.__enter__()
        self.healthy = self._syncs.run()
        self.judge = self.make_judge(self._kind_of_judge)
        self.streams = list(self._syncs.keys)
        self.health = [*self.judge.of_health(self.healthy), *self._differences()]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._syncs.__exit__(kind, error, traceback)

    def _differences(self) -> list[Finding]:
        found = differences(self._syncs.objects, self.healthy.rows, self._syncs.keys)
        return [Finding("no fault", stream, "not what the sandbox holds", text) for stream, text in found.items()]

    def make_judge(self, kind: type[AnyJudge]) -> AnyJudge:
        """Make a judge that knows the healthy sync."""
        config = self._syncs.config
        secrets = [config["client_secret"], *config["profiles"]["identities"], str(self.healthy.token)]
        return kind(self.healthy, self._syncs.keys, secrets)

    def findings(self, case: Case) -> list[Finding]:
        """Run the case and judge each of its streams."""
        return self.judge.findings(case, self.sync(case))

    def sync(self, case: Case, *others: Case) -> Sync:
        """Run the case, with the faults of others in the same sync."""
        rules = [each.rule(self.judge.requests) for each in (case, *others) if each.fault is not HEALTHY]
        sync = self._syncs.run(rules, case.token_lasts)
        self.cells += len(NEEDS)
        self.cpu_seconds += sync.cpu_seconds
        return sync
