"""What a gap probably held: models, their trial on known days, intervals."""
