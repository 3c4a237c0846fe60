"""What people see: answers, clauses and hits as HTML on the page, as text and JSON in the terminal, and the web server.

Text to HTML or plain text are pure functions of values (`markup`, `wording`, `answers`, `outcomes`, `source`, `results`,
`notices`, `plain`, `forms`); whatever comes from a question or a document is escaped where it becomes HTML. `backend` and
`events` stand behind the page's widgets, `asgi` and `server` between them and the browser, `usage`, `batch` and `terminal`
behind the command's verbs.

A click is described by data attributes, which ``panel.js`` and ``conversation.js`` read: ``data-clause`` (with ``data-start``
and ``data-end``, source offsets, or ``data-quote``) opens a clause in the source panel, ``data-document`` opens a document,
``data-ask`` asks a question and ``data-copy`` copies its text.
"""
