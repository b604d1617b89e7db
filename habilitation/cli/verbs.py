"""A list of verbs, and what is said to someone who writes the options before the verb."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from habilitation.diagnostic import RequestError


class Verbs(TyperGroup):
    """The verbs of a command line: each has its options after it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        verb = next((word for word in args if word in self.commands), None)
        if verb is not None:
            own = {name for option in self.get_params(ctx) for name in option.opts}
            before = args[: args.index(verb)]
            misplaced = next((word for word in before if word.startswith("-") and word.split("=")[0] not in own), None)
            if misplaced is not None:
                way_out = f"options come after it: `{ctx.command_path} {verb} … {' '.join(before)}`"
                raise RequestError("misplaced_option", f"`{misplaced}` stands before the verb", help=way_out)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            # What is refused says so; these words are of the library that reads the options.
            error.message = error.message.removeprefix("Value error, ")
            raise
