"""What a site lets into air and water, and its solid waste: leaf lines beside those of carbon."""
