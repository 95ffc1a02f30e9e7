"""Lets `python -m source_mparticle` do what the console script does."""

from source_mparticle.run import run

run()
