"""The HTML report: page (the frame), parts (pieces they share), groups, failures, compared, extras, charts, style."""
