"""Asking in turns: a few answers are worked on at once, first come first served, and whoever waits on a model steps aside."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chat.answer import Answer
    from chat.llm.types import Matter, Sentence


class Turns:
    """A number of places, given out in the order they are asked for.

    Answers are made by Python on a few cores: more of them at once only take each other's time, and the time of the
    thread that answers the network. A semaphore would let whoever comes at the right moment in before those who wait.

    Args:
        places: how many hold one at a time.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Hold a place; waits for one."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Give up the place held while waiting for something else, then wait for one again."""
        self._give()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        called.acquire()

    def _give(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()  # the place goes to them, nobody comes between
            else:
                self._free += 1


class Says(Protocol):
    """Something that says an answer in other words: `chat.llm.engine.Engine`."""

    def say(self, matter: Matter) -> Generator[Sentence, None, Answer]:
        """The sentences as they come; returns the Answer that counts."""


class Aside:
    """A language model that is waited for without holding a place.

    Args:
        engine: the model.
        turns: a place of these is held whenever `say` is advanced.
    """

    def __init__(self, engine: Says, turns: Turns) -> None:
        self._engine = engine
        self._turns = turns

    def say(self, matter: Matter) -> Generator[Sentence, None, Answer]:
        """What the model says."""
        sentences = self._engine.say(matter)
        while True:
            try:
                with self._turns.aside():
                    sentence = next(sentences)
            except StopIteration as end:
                answer: Answer = end.value
                return answer
            yield sentence
