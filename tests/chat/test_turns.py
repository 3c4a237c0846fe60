"""Answers in turn: no more at once than there are places, first come first served, and a slow model holds up nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator

import pytest

from chat.answer import Answer
from chat.backend import Backend
from chat.llm.types import Matter, Sentence
from chat.turns import Aside, Turns


def test_who_comes_first_is_served_first_and_no_two_at_once() -> None:
    turns, served, inside = Turns(1), list[int](), list[int]()

    def work(number: int) -> None:
        with turns.mine():
            inside.append(number)
            time.sleep(0.001)
            served.append(number)
            assert inside == served

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    with turns.mine():
        for waiting, thread in enumerate(threads, 1):
            thread.start()
            while len(turns._waiting) < waiting:
                time.sleep(0.001)
    for thread in threads:
        thread.join(timeout=30)
    assert served == list(range(20))
    assert turns._free == 1


def test_a_place_is_given_back_after_a_failure() -> None:
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns.mine():
        raise ZeroDivisionError
    with turns.mine():
        assert turns._free == 0


class SlowModel:
    """Says nothing until it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.go_on = threading.Event()

    def say(self, matter: Matter) -> Generator[Sentence, None, Answer]:
        self.asked.set()
        assert self.go_on.wait(30)
        yield Sentence("一句。", ())
        return matter.answer


def test_waiting_for_a_model_holds_up_nobody(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    _, assistant = backend.get()
    model, turns = SlowModel(), Turns(1)
    monkeypatch.setattr(backend, "_turns", turns)
    monkeypatch.setattr(assistant, "_llm", Aside(model, turns))
    slow: list[Sentence | Answer] = []
    asking = threading.Thread(target=lambda: slow.extend(backend.stream("II期临床研发投入6000万能拿多少")))
    asking.start()
    assert model.asked.wait(30)
    monkeypatch.setattr(assistant, "_llm", None)
    assert backend.ask("III期临床研发投入1亿能拿多少").calculation is not None
    model.go_on.set()
    asking.join(timeout=30)
    assert [type(step) for step in slow] == [Sentence, Answer]
    assert turns._free == 1


def test_who_leaves_in_the_middle_leaves_the_place(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    _, assistant = backend.get()
    model, turns = SlowModel(), Turns(1)
    model.go_on.set()
    monkeypatch.setattr(backend, "_turns", turns)
    monkeypatch.setattr(assistant, "_llm", Aside(model, turns))
    steps = backend.stream("II期临床研发投入6000万能拿多少")
    assert isinstance(steps, Iterator)
    next(steps)
    del steps
    assert turns._free == 1
