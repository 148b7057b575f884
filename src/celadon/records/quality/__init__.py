"""From readings to intervals: the quality rules, and what each did about what it saw."""
