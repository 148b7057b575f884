"""``python -m celadon``: the same as the command ``celadon``."""

from celadon.cli import main

if __name__ == "__main__":
    main()
