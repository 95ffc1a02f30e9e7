import threading
from dataclasses import dataclass

from destination_mparticle.sending.byte_budget import ByteBudget, Progress
from destination_mparticle.sending.sender_pool import SenderPool
from destination_mparticle.sending.threads import SenderThreads


@dataclass
class Item:
    name: str
    weight: int = 1


class MeetingSender:
    """Delivers the items `together` only once all of them are being delivered."""

    together = ("a", "b", "c")

    def __init__(self, meeting: threading.Barrier) -> None:
        self._meeting = meeting

    def deliver(self, item: Item) -> None:
        if item.name in self.together:
            self._meeting.wait(10)

    def close(self) -> None:
        pass


def test_all_that_waited_for_one_item_leave_at_once() -> None:
    progress = Progress()
    threads = SenderThreads(progress)
    budget = ByteBudget(100, progress)
    meeting = threading.Barrier(len(MeetingSender.together))
    pool: SenderPool[Item] = SenderPool(
        lambda: MeetingSender(meeting), name="sender", size=4, threads=threads, budget=budget
    )
    for _ in range(20):
        for item, keys in ((Item("first"), "abc"), (Item("a"), "a"), (Item("b"), "b"), (Item("c"), "c")):
            budget.acquire(item.weight)
            pool.put(item, keys)
        progress.wait(lambda: budget.is_empty)
        threads.raise_failure()
    pool.close()
    threads.join()
