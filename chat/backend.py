"""The knowledge base and the assistant behind the page and the other doors."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from chat.admin import Admin
from chat.answer import Answer
from chat.keys import Keys
from chat.login import Readers
from chat.rating import Ratings
from chat.turns import Aside, Turns
from corpus import KnowledgeBaseError, NotFound, PolicyDocument, PolicyKBError

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.llm.types import Sentence
    from kb.hits import IngestState
    from kb.knowledge_base import KnowledgeBase
    from kb.settings import Settings

log = logging.getLogger("policykb")

_AT_ONCE = 2  # answers worked on


class Backend:
    """The knowledge base behind the page; a thread opens it, so that the page is there at once."""

    def __init__(self, settings: Settings) -> None:
        self._state = "正在打开知识库……"
        self.ratings = Ratings(settings.home)
        self.admin = Admin(settings.home, settings.admin_password.get_secret_value())
        login = bool(settings.login.get_secret_value())
        self.readers = Readers(settings.login.get_secret_value())
        self.keys = Keys(settings.api_keys.get_secret_value(), settings.api_rate, behind_login=login)
        self.settings = settings
        self._turns = Turns(_AT_ONCE)
        self._failure = ""
        self._opened: tuple[KnowledgeBase, Assistant] | None = None
        self._done = threading.Event()

    def start(self) -> None:
        """Open it, ingest the policies we ship if it is empty, and load the model."""
        threading.Thread(target=self._open, daemon=True).start()

    @property
    def state(self) -> str:
        """In words: what is being done to open it, how much it holds, or why it could not be opened."""
        if self._opened is None:
            return self._state
        return f"知识库已就绪，共 {len(self._opened[0].records_by_id())} 份文件"

    @property
    def ready(self) -> bool:
        """Whether opening has ended, well or not."""
        return self._done.is_set()

    @property
    def is_open(self) -> bool:
        """Whether the knowledge base can be asked."""
        return self._opened is not None

    def get(self) -> tuple[KnowledgeBase, Assistant]:
        """The open knowledge base; waits for it.

        Raises:
            KnowledgeBaseError: it could not be opened.
        """
        self._done.wait()
        if self._opened is None:
            raise KnowledgeBaseError(self._failure)
        return self._opened

    def ask(self, question: str, history: Sequence[str] = (), as_of: date | None = None) -> Answer:
        """Answer a question, in turn; the arguments are those of `Assistant.ask`.

        Raises:
            KnowledgeBaseError: the knowledge base could not be opened.
        """
        *_, last = self.stream(question, history, as_of)
        assert isinstance(last, Answer)
        return last

    def stream(
        self, question: str, history: Sequence[str] = (), as_of: date | None = None
    ) -> Iterator[Sentence | Answer]:
        """Answer a question bit by bit, as `Assistant.stream`: each bit in its turn, the Answer last.

        Raises:
            KnowledgeBaseError: the knowledge base could not be opened.
        """
        _, assistant = self.get()
        steps = assistant.stream(question, history, as_of)
        step: Sentence | Answer | None = None
        while not isinstance(step, Answer):
            with self._turns.mine():
                step = next(steps)
            yield step

    def document_of(self, clause_id: str) -> PolicyDocument:
        """The document a clause is in.

        Raises:
            NotFound: there is no such clause any more.
        """
        kb, _ = self.get()
        try:
            return kb.document_of(clause_id)
        except NotFound as error:
            raise NotFound(f"知识库中已没有条款 {clause_id}，文件可能被删除或更新过，请重新提问。") from error

    def titles(self) -> list[tuple[str, str]]:
        """Title and id of each document."""
        return [(record.title, record.id) for record in self._opened[0].records()] if self._opened else []

    def units(self) -> list[str]:
        """Names of the units that lead or take part somewhere."""
        return self._opened[0].unit_names() if self._opened else []

    def _open(self) -> None:
        from chat.assistant import Assistant
        from chat.llm.engine import open_engine
        from kb.knowledge_base import KnowledgeBase

        try:
            kb = KnowledgeBase(self.settings).open(self._progress)
            self._state = "正在载入检索模型……"
            kb.search("政策", top=1)
            engine = open_engine(self.settings)
            self._opened = kb, Assistant(kb, llm=Aside(engine, self._turns) if engine else None)
        except Exception as error:  # shown on the page, which stays up
            self._failure = self._state = friendly(error)
        self._done.set()
        print(self.state, file=sys.stderr)

    def _progress(self, state: IngestState) -> None:
        self._state = f"首次使用，正在入库 {state.done}/{state.total} {state.name}"


def friendly(error: Exception) -> str:
    """One Chinese line for any exception; what is not ours goes to the log with its traceback."""
    if isinstance(error, PolicyKBError):
        return str(error)
    log.error("unexpected error", exc_info=error)
    return "程序遇到意外问题，这一步没有完成，详情已写入服务日志；可以换个说法再试。"
