"""`python main.py` is the console script."""

from source_mparticle_exports.run import run

if __name__ == "__main__":
    run()
