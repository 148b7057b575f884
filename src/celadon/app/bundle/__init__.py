"""What ``bundle`` is made of: a target, its wheels, pip, and the folder with its start scripts."""
