"""Files on their way into the knowledge base: uploaded, read in a process of their own, looked at, accepted or discarded.

``shelf`` keeps the files and their states, ``names`` makes their names safe, ``reading`` starts ``child``, the only process
that opens what a stranger made, ``accept`` puts a file into the knowledge base, ``pages`` shows pages as pictures.
"""
