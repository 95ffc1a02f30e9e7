import threading
import time
from uuid import uuid4

import pytest

from destination_mparticle.events_api.client import EventsClient
from destination_mparticle.events_api.sender_pool import SenderPool
from destination_mparticle.pipeline.batch import Draft, Row, assemble
from destination_mparticle.pipeline.byte_budget import ByteBudget, Progress
from destination_mparticle.pipeline.routing import Route
from destination_mparticle.protocol.catalog import StreamKey

URL = "https://s2s.us1.mparticle.com/v2"
LIVE = f"{URL}/bulkevents"


def nothing():
    pass


def test_the_gate_holds_back_what_does_not_fit_until_something_leaves():
    gate = ByteBudget(100, Progress())
    gate.enter(80, nothing)
    entered = threading.Event()
    thread = threading.Thread(target=lambda: (gate.enter(30, nothing), entered.set()))
    thread.start()
    assert not entered.wait(0.05)
    gate.leave(80)
    assert entered.wait(5)
    thread.join()


def test_before_it_waits_the_gate_lets_go_what_is_inside():
    gate = ByteBudget(100, Progress())
    gate.enter(80, nothing)
    gate.enter(30, lambda: gate.leave(80))
    assert not gate.is_empty


def test_something_larger_than_the_gate_passes_alone_and_traffic_given_up_holds_nobody():
    traffic = Progress()
    gate = ByteBudget(100, traffic)
    gate.enter(500, nothing)
    traffic.give_up()
    gate.enter(500, nothing)


def test_a_wait_in_which_nothing_moves_ends_with_a_plain_error():
    gate = ByteBudget(100, Progress(patience=0.3))
    gate.enter(80, nothing)
    started = time.monotonic()
    with pytest.raises(Exception, match="answered nothing for good in 0 seconds") as error:
        gate.enter(80, nothing)
    assert error.value.failure_type.value == "transient_error"
    assert time.monotonic() - started < 5


def test_a_wait_goes_on_as_long_as_something_moves():
    traffic = Progress(patience=0.5)
    gate = ByteBudget(100, traffic)
    gate.enter(80, nothing)

    def answer_now_and_then():
        for _ in range(4):
            time.sleep(0.3)
            traffic.move()
        gate.leave(80)

    thread = threading.Thread(target=answer_now_and_then)
    thread.start()
    gate.enter(80, nothing)
    thread.join()


def batch(user, line=b""):
    return assemble(StreamKey("", "s"), [Draft(user, Route.LIVE, b'{"mpid":1}', b'{"n":1}', Row(line, 1, 0))], uuid4)


class Book:
    def __init__(self):
        self.taken = 0

    def accepted(self, _batch):
        self.taken += 1

    def requested(self, *_args, **_counts):
        pass


def lanes(book, gate, pod="US1", **options):
    return SenderPool(
        lambda: EventsClient(URL, "the-key", "the-secret"),
        book,
        batches_per_second=270,
        pod=pod,
        gate=gate,
        **options,
    )


def test_rows_that_fill_the_gate_before_a_request_is_full_are_sent_all_the_same(requests_mock):
    requests_mock.post(LIVE, status_code=202)
    book = Book()
    running = lanes(book, ByteBudget(1_000_000, Progress(patience=5)))
    for n in range(30):
        running.send(batch(f"u{n}", b"x" * 400_000))
    running.finish()
    assert book.taken == 30


def test_a_failed_lane_stops_the_reader_even_when_the_gate_is_full(requests_mock):
    requests_mock.post(LIVE, status_code=403)
    running = lanes(Book(), ByteBudget(1, Progress()), pod="EU1")
    with pytest.raises(Exception, match="pod EU1"):
        _send_for_ever(running)
    running.abandon()


def _send_for_ever(running):
    while True:
        running.send(batch("a"))
        running.flush()


def test_after_a_state_small_requests_leave_while_few_are_under_way_and_gather_while_many_are(requests_mock):
    go_on = threading.Event()
    sizes = []

    def answer(request, context):
        sizes.append(request.body.count(b'"n":1'))
        go_on.wait(5)
        context.status_code = 202

    requests_mock.post(LIVE, text=answer)
    book = Book()
    running = lanes(book, ByteBudget(10**9, Progress()))
    for n in range(28):
        running.send(batch(f"u{n}"))
        running.let_go()
    go_on.set()
    running.finish()

    assert book.taken == sum(sizes) == 28
    assert len(sizes) <= 7
