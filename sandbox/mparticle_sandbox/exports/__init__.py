"""Writing exports: to a folder, or to a bucket where fsspec is installed."""
