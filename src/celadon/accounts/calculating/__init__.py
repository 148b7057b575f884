"""Single calculations of carbon by name; importing this room registers them."""

from celadon.accounts.calculating import equation, method

__all__ = ["equation", "method"]
