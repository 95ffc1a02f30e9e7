"""The open questions, as data: one entry each, in the order of the report."""

from mparticle_sandbox.probe.question import Question
from mparticle_sandbox.probe.questions.access import ACCESS
from mparticle_sandbox.probe.questions.events import EVENTS
from mparticle_sandbox.probe.questions.lists import LISTS
from mparticle_sandbox.probe.questions.names import NAMES
from mparticle_sandbox.probe.questions.profiles import PROFILES
from mparticle_sandbox.probe.questions.tokens import TOKENS
from mparticle_sandbox.probe.questions.transport import TRANSPORT

QUESTIONS: tuple[Question, ...] = (*TOKENS, *ACCESS, *LISTS, *NAMES, *PROFILES, *EVENTS, *TRANSPORT)
