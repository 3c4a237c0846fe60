"""What people see on the web: answers, clauses and hits as HTML, the widgets of each tab, and the server.

Text to HTML are pure functions of values (`markup`, `answers`, `outcomes`, `source`, `chips`, `results`,
`search_form`, `compare_matter`, `compare_versions`, `matches`, `notices`,
`thumbs`); whatever comes from a question or a document is escaped where it becomes HTML. Each ``…_tab`` builds the widgets of a
tab with what `wiring` and `events` share; `talk` is the conversation behind 问答. `asgi` and `server` stand between them and the browser.

A click is described by data attributes, which ``panel.js``, ``conversation.js`` and ``search.js`` read:
``data-clause`` (with ``data-start`` and ``data-end``, source offsets, or ``data-quote``) opens a clause in the source
panel, ``data-document`` opens a document, ``data-ask`` asks a question, ``data-condition`` takes a condition that was
understood of a search away or brings it back, ``data-filter`` takes one away that was set, and ``data-copy`` copies its text
(``data-copy-link``: the address of a page of ours). In the panel ``data-whole`` shows a long document to its ends and
``data-page`` the page of the original. ``standalone`` and ``answer_page`` make the pages that can be linked to for good.
"""
