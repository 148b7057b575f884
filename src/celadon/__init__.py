"""celadon: open software for the green and low-carbon transformation of industry."""

__version__ = "0.1.0"
