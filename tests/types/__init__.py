"""Document types, which are data: what they say, what is wrong with them, what is made of them."""
