"""What became of every record, and which states may go out for it."""
