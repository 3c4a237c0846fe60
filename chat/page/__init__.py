"""What people see on the web: answers, clauses and hits as HTML, the widgets of each tab, and the server.

Text to HTML are pure functions of values (`markup`, `answers`, `outcomes`, `source`, `chips`, `results`, `matches`, `notices`,
`thumbs`); whatever comes from a question or a document is escaped where it becomes HTML. Each ``…_tab`` builds the widgets of a
tab with what `wiring` and `events` share; `talk` is the conversation behind 问答. `asgi` and `server` stand between them and the browser.

A click is described by data attributes, which ``panel.js``, ``conversation.js`` and ``conditions.js`` read:
``data-clause`` (with ``data-start`` and ``data-end``, source offsets, or ``data-quote``) opens a clause in the source
panel, ``data-document`` opens a document, ``data-ask`` asks a question, ``data-condition`` takes a condition of a search
away or brings it back, and ``data-copy`` copies its text.
"""
