"""What people see: answers, clauses and hits as HTML on the page, as text and JSON in the terminal, and the web server.

Text to HTML or plain text are pure functions of values (`markup`, `wording`, `relevance`, `answers`, `outcomes`,
`source`, `chips`, `results`, `matches`, `notices`, `thumbs`, `plain`, `match_text`, `forms`); whatever comes from a question or a
document is escaped where it becomes HTML. `backend`, `rating` and `events` stand behind the page's widgets, some of which `search_tab`
and `match_tab` build with what `wiring` shares, `asgi` and `server` between them and the browser, `usage`, `batch` and
`terminal` behind the command's verbs.

A click is described by data attributes, which ``panel.js``, ``conversation.js`` and ``conditions.js`` read:
``data-clause`` (with ``data-start`` and ``data-end``, source offsets, or ``data-quote``) opens a clause in the source
panel, ``data-document`` opens a document, ``data-ask`` asks a question, ``data-condition`` takes a condition of a search
away or brings it back, and ``data-copy`` copies its text.
"""
