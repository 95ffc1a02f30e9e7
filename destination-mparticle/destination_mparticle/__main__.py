"""`python -m destination_mparticle` is the console script."""

from destination_mparticle.run import run

if __name__ == "__main__":
    run()
