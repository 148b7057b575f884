"""What should be done: plans that prove themselves, with the price of every rule."""
