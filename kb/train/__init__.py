"""Adapting an embedding model to a corpus of one's own, ``python -m kb.train``.

Files in the order things happen: texts (read), asked and pairs (what to learn from), split (what is held apart),
batches, student (fewer layers), trainer (the library's), evaluation (before and after), saving.
"""
