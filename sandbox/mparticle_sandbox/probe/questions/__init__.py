"""The open questions, as data: one entry each, in the order of the report."""

from mparticle_sandbox.probe.question import Question
from mparticle_sandbox.probe.questions.access import ACCESS
from mparticle_sandbox.probe.questions.events import EVENTS
from mparticle_sandbox.probe.questions.http import PATHS, TRANSPORT
from mparticle_sandbox.probe.questions.lists import LISTS
from mparticle_sandbox.probe.questions.profiles import PROFILES
from mparticle_sandbox.probe.questions.tokens import TOKENS

QUESTIONS: tuple[Question, ...] = (*TOKENS, *ACCESS, *LISTS, *PATHS, *PROFILES, *EVENTS, *TRANSPORT)
