"""Lets `python main.py` do what the console script `source-mparticle` does."""

from source_mparticle.run import run

if __name__ == "__main__":
    run()
