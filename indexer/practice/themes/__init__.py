"""What comes back: lessons and causes of a wiki, grouped by meaning and named by their own words.

``passages`` reads them from the index, ``grouping`` groups their vectors, ``naming`` finds the
words, ``finding`` puts them together. No model is loaded: what is grouped was embedded before.
"""
