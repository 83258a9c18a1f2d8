"""`python -m reabm` is `reabm`."""

from reabm.cli import main

if __name__ == "__main__":
    main()
