"""What the Events API decides about batches: valid or not, duplicate, over the rate, and of which user."""
