"""The active fault rules."""

from fnmatch import fnmatchcase
from random import Random

from mparticle_sandbox.core.fault_rule import FaultRule


class Faults:
    """The active rules. The first rule that fires decides; the same seed and order of requests repeat a run."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rules: list[_ActiveRule] = []

    @property
    def rules(self) -> list[FaultRule]:
        """The rules in order."""
        return [active.rule for active in self._rules]

    @property
    def fired(self) -> list[int]:
        """How often each rule has fired, in their order."""
        return [active.fired for active in self._rules]

    def replace(self, rules: list[FaultRule]) -> None:
        """Replace the active rules by `rules`, with fresh counters and fresh randomness."""
        self._rules = []
        for rule in rules:
            self.add(rule)

    def add(self, rule: FaultRule) -> None:
        """Add a rule behind the others."""
        self._rules.append(_ActiveRule(rule, Random(f"{self._seed}:{len(self._rules)}")))  # noqa: S311

    def decide(self, method: str, path: str) -> FaultRule | None:
        """Return the rule that fires for this request, or None."""
        return next((active.rule for active in self._rules if active.fires(method, path)), None)


class _ActiveRule:
    def __init__(self, rule: FaultRule, random: Random) -> None:
        self.rule = rule
        self.fired = 0
        self._random = random
        self._to_pass = rule.after
        self._left = rule.times

    def fires(self, method: str, path: str) -> bool:
        if self.rule.method not in (None, method) or not fnmatchcase(path, self.rule.path) or self._left == 0:
            return False
        if self._to_pass:
            self._to_pass -= 1
            return False
        if self._random.random() >= self.rule.probability:
            return False
        if self._left is not None:
            self._left -= 1
        self.fired += 1
        return True
