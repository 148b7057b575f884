"""Plans run again by plain arithmetic, step after step, without the programme."""
