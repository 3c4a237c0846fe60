"""How well clauses are found: our segmentation and two common rules against labelled texts.

``python -m eval.segmentation --data DIR`` reads DIR/policies, DIR/files and DIR/truth, which are not part of the project.
``labels/`` holds places of clauses in DIR/policies, marked by hand while reading, offsets and clause paths only:
``dev.jsonl`` may be looked at while the segmentation is being worked on, the mistakes in
files of ``exam.jsonl`` are counted and never listed.
"""
