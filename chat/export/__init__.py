"""What a reader takes away: answers, search results and calculations as Word, Excel, CSV and Markdown; values in, bytes out."""
