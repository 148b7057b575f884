"""What a microgrid is made of: each component adds itself to a draft of the programme."""
