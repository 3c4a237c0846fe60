"""What people see: answers, clauses and hits as HTML on the page, as text and JSON in the terminal, and the web server."""
