"""The sandbox gives over HTTP the verdict of mParticle's published schema about a corpus of generated batches.

`python -m tests.helpers.agreement` compares 10,000 of them.
"""

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.published_schema import published_schema

pytest.importorskip("fastjsonschema", reason="pip install fastjsonschema")

from tests.helpers.agreement import compare
from tests.helpers.batch_corpus import corpus
from tests.helpers.known_differences import BEYOND_SINGLE_CHANGES


def test_the_sandbox_agrees_with_the_schema_about_generated_batches(sandbox: SandboxProcess) -> None:
    sandbox.settings(rate=10**6, acceleration=0)
    found = compare(sandbox, corpus(published_schema(), seed=11, count=500))
    assert found.unexplained == []
    assert found.verdicts["unchanged", True] == 250
    refused = sum(count for (_, accepted), count in found.verdicts.items() if not accepted)
    assert refused > 125
    assert found.differences.keys() >= BEYOND_SINGLE_CHANGES


def test_a_corpus_is_the_same_for_the_same_seed() -> None:
    first, again, other = (list(corpus(published_schema(), seed, 20)) for seed in (3, 3, 4))
    assert first == again
    assert first != other
