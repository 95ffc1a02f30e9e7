"""What the Events API decides about batches: good or bad, seen before, too fast, whose they are."""
