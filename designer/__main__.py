"""`python -m designer`: the command `relais` without an installed script."""

from designer.cli import main

if __name__ == "__main__":
    main()
