"""What happened to every record, and which states may go out."""
