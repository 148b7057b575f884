"""Charts: pure functions from data to a specification or to SVG text; no browser is needed."""
