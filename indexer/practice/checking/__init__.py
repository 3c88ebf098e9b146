"""``kb check``: what is wrong with the content of a wiki, as ``kb doctor`` says it of the index.

``engine`` is the use case. What concerns one file is found by ``file_reading`` and kept in
``finding_cache`` as long as the file stays as it is; what concerns several is found by the module of
a family of rules. ``rules`` names all rules. Nothing here prints; only ``mending`` writes documents.
"""
