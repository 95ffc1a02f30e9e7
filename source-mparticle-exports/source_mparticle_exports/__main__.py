"""`python -m source_mparticle_exports` is the console script."""

from source_mparticle_exports.run import run

if __name__ == "__main__":
    run()
