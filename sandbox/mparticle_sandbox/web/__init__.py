"""The edge: how requests are read, refused, recorded, disturbed and answered."""
