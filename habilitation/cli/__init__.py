"""The command line: parses, prints, returns an exit code; the only room that knows typer and rich."""
