"""The doors other software and the page's own scripts come in by: HTTP routes, each module one ``router(backend)``.

`mount` opens them all beside the page; `admin` knows who may change the knowledge base.
"""
