"""How the records of a stream are mapped, and what is found out about that before the first record."""
