"""The site: what an index and its files say -> pages as Markdown and data, for any builder.

Pure but for ``reading`` (the wiki's files and index) and ``history`` (git): the same library gives
the same pages. It knows no mkdocs; ``indexer.mkdocs_plugin`` does.
"""
