"""`python -m habilitation`: the command line."""

from habilitation.cli.main import main

if __name__ == "__main__":
    main()
