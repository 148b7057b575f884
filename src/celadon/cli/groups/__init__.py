"""Commands of two words, a file for each first word; their work is in ``verbs``."""
