"""The value of `--set`: a constant of the model by its name."""

from dataclasses import fields

import click

from scoring.parameters import DEFAULT, Parameters

READ_EARLIER = ("faded_share", "trend_", "rise_")  # beginnings of names: nothing that a replay computes reads these
MOST = 1e6  # of any constant; all are above 0
NAMES = tuple(field.name for field in fields(Parameters) if not field.name.startswith(READ_EARLIER))


class Setting(click.ParamType[tuple[str, object]]):
    """`huber_c=1.5` as a pair; a list of constants is written with commas: `unsigned_bands=.05,.2,.5,1`."""

    name = "NAME=VALUE"

    def convert(
        self, value: str | tuple[str, object], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, object]:
        """Return the pair; click reports a failure as a wrong option, with exit status 2."""
        if isinstance(value, tuple):
            return value
        name, _, text = value.partition("=")
        if name not in NAMES:
            self.fail(f"{name!r} is no constant that a replay reads; those are {', '.join(NAMES)}", param, ctx)
        known = getattr(DEFAULT, name)
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError:
            self.fail(f"{text!r} is not a number, as {name} is", param, ctx)
        if not all(0.0 < number <= MOST for number in numbers):
            self.fail(f"{name} must be above 0, and {MOST:,.0f} at most", param, ctx)
        if isinstance(known, tuple):
            if len(numbers) != len(known):
                self.fail(f"{name} has {len(known)} numbers, with commas between them", param, ctx)
            return name, tuple(numbers)
        if len(numbers) != 1 or (isinstance(known, int) and numbers[0] != int(numbers[0])):
            self.fail(f"{name} is one {'whole ' if isinstance(known, int) else ''}number", param, ctx)
        return name, type(known)(numbers[0])
