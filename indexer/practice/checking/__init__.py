"""``kb check``: what is wrong with the content of a wiki, as ``kb doctor`` says it of the index.

``checking`` is the use case; what concerns one file is found by ``file_reading`` and kept in
``finding_cache`` as long as the file stays, what concerns several by the modules of a rule's family.
``rules`` names all of them. Nothing here prints, and only ``mending`` writes documents.
"""
