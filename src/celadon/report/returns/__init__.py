"""Returns: the sealed file that an enterprise sends, and what an authority does with it."""
