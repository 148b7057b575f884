"""What does it add up to? Energy, carbon and water, each line explained to its source."""
