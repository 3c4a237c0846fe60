"""Two documents side by side: what each says on one matter, and what became of every clause from one version to the next.

``likeness`` finds clauses that read alike, ``versions`` aligns two documents, ``edits`` marks words put in and struck out,
``matter`` pairs the clauses on one matter and ``figures`` what their figures, days and units have in common. Functions of values.
"""
