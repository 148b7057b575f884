"""Thousands of microgrids planned together, resumed where they were left.

Nothing is imported here: the processes that plan need a part of it only.
"""
