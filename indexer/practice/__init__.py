"""What a team does with its documents: use cases that the terminal and the site share.

Each module takes documents and gives findings; none prints, draws or asks.
"""
