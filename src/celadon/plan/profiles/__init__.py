"""What does each step of the year bring? Series read, laid on the steps, and told where odd."""
