"""The monitoring plan: what is measured how, and whether it arrived."""
