"""The pictures of time: their geometry and the numbers they draw. The template writes the SVG."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import duckdb

from habilitation.audit.report.page.shares import BY_KEY, TOTALS

WIDTH, LEFT, RIGHT = 960, 56, 8
DAYS_BY_DAY, DAYS_BY_WEEK = 92, 800  # a longer period is drawn by week, then by month
TICKS_AT_MOST = 8
HALF_A_DATE = 36  # a date written there would leave the picture
STEPS = 5  # shades of the heat map


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place and what is written there."""

    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Bin:
    """A stretch of the period, named by its first day."""

    start: str
    findings: int
    accesses: int


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Findings above, all accesses below, each on its own scale. `step` is day, week or month."""

    step: str
    bins: tuple[Bin, ...]
    findings: str
    accesses: str
    findings_top: int
    accesses_top: int
    ticks: tuple[Tick, ...]

    @property
    def peak(self) -> Bin:
        return max(self.bins, key=lambda bin_: (bin_.findings, bin_.start))


@dataclass(frozen=True, slots=True)
class Hours:
    """Findings by hour of day as bars, and all accesses as a stepped line, both in parts of their whole."""

    findings: tuple[int, ...]
    accesses: tuple[int, ...]
    bars: str
    steps: str
    top: int  # percent, at the top of the scale
    ticks: tuple[Tick, ...]

    @property
    def peak(self) -> int:
        return max(range(24), key=lambda hour: (self.findings[hour], -hour))


@dataclass(frozen=True, slots=True)
class Heat:
    """Findings by weekday and hour. `shades[s]` draws the cells of shade s; `limits[s]` is the least count it shows.

    `left_out` counts the findings whose stamp is rounded to more than an hour: they are at no hour.
    """

    cells: tuple[tuple[int, ...], ...]
    shades: tuple[str, ...]
    limits: tuple[int, ...]
    empty: str
    ticks: tuple[Tick, ...]
    rows: tuple[str, ...]
    left_out: int


PANEL, GAP, LOWER = 150, 34, 60  # heights of the time line: findings, space, accesses
HOURS_HIGH = 150
CELL_WIDE, CELL_HIGH = 37, 24


def time_line(found: duckdb.DuckDBPyConnection) -> TimeLine | None:
    """The days of the audit, those without an access too; None when no day is known."""
    rows = found.execute(BY_KEY, ["day", 2**31]).fetchall()
    days = {datetime.date.fromisoformat(key): (findings, accesses) for key, findings, accesses in rows}
    if not days:
        return None
    first, last = min(days), max(days)
    length = (last - first).days + 1
    step = "day" if length <= DAYS_BY_DAY else "week" if length <= DAYS_BY_WEEK else "month"
    sums: dict[datetime.date, list[int]] = {}
    for number in range(length):
        day = first + datetime.timedelta(number)
        total = sums.setdefault(_start(day, step), [0, 0])
        for place, n in enumerate(days.get(day, (0, 0))):
            total[place] += n
    bins = tuple(Bin(start.isoformat(), *total) for start, total in sorted(sums.items()))
    top, lower_top = nice(max(b.findings for b in bins)), nice(max(b.accesses for b in bins))
    wide = (WIDTH - LEFT - RIGHT) / len(bins)
    every = math.ceil(len(bins) / TICKS_AT_MOST)
    middles = [(i, LEFT + wide * (i + 0.5)) for i in range(len(bins))]
    return TimeLine(
        step,
        bins,
        bars([b.findings for b in bins], top, PANEL, PANEL),
        bars([b.accesses for b in bins], lower_top, PANEL + GAP + LOWER, LOWER),
        top,
        lower_top,
        tuple(Tick(_short(at), bins[i].start) for i, at in middles if i % every == 0 and at <= WIDTH - HALF_A_DATE),
    )


def _start(day: datetime.date, step: str) -> datetime.date:
    if step == "month":
        return day.replace(day=1)
    return day - datetime.timedelta(day.weekday()) if step == "week" else day


def hours(found: duckdb.DuckDBPyConnection) -> Hours | None:
    """The hours of the day; None when no hour is known."""
    rows = {int(key): (n, of) for key, n, of in found.execute(BY_KEY, ["hour", 24]).fetchall()}
    if not rows:
        return None
    findings, accesses = found.execute(TOTALS, ["hour"]).fetchall()[0]
    counts = [rows.get(hour, (0, 0)) for hour in range(24)]
    shares = [100 * n / findings if findings else 0.0 for n, _ in counts]
    all_shares = [100 * n / accesses for _, n in counts]
    top = nice(math.ceil(max(*shares, *all_shares)))
    wide = (WIDTH - LEFT - RIGHT) / 24
    heights = [_short(HOURS_HIGH * (1 - share / top)) for share in all_shares]
    steps = f"M{LEFT} {heights[0]}" + "".join(
        f"V{high}H{_short(LEFT + wide * (hour + 1))}" for hour, high in enumerate(heights)
    )
    return Hours(
        tuple(n for n, _ in counts),
        tuple(n for _, n in counts),
        bars(shares, top, HOURS_HIGH, HOURS_HIGH),
        steps,
        top,
        tuple(Tick(_short(LEFT + wide * (hour + 0.5)), str(hour)) for hour in range(0, 24, 2)),
    )


HEAT = """
WITH placed AS (
    SELECT try_cast(left(time, 19) AS TIMESTAMP) AS start,
           CASE WHEN coalesce(time_end, '') = '' THEN start ELSE try_cast(left(time_end, 19) AS TIMESTAMP) END AS stop
    FROM found
)
SELECT isodow(start) AS weekday, hour(start) AS hour, count(*) FROM placed
WHERE stop - start <= INTERVAL 1 HOUR GROUP BY ALL ORDER BY ALL
"""


def heat(found: duckdb.DuckDBPyConnection) -> Heat:
    """The findings stamped to the hour or better, by weekday and hour."""
    cells = [[0] * 24 for _ in range(7)]
    for weekday, hour, n in found.execute(HEAT).fetchall():
        cells[weekday - 1][hour] = n
    total = found.execute("SELECT count(*) FROM found").fetchall()[0][0]
    most = max(map(max, cells))
    limits = sorted({max(1, math.ceil(most * shade / STEPS)) for shade in range(STEPS)}) if most else []
    shades = [""] * len(limits)
    empty = ""
    for row, counts in enumerate(cells):
        for hour, n in enumerate(counts):
            cell = f"M{LEFT + CELL_WIDE * hour} {CELL_HIGH * row}h{CELL_WIDE - 2}v{CELL_HIGH - 2}h-{CELL_WIDE - 2}z"
            if n:
                shades[sum(n >= limit for limit in limits) - 1] += cell
            else:
                empty += cell
    ticks = (Tick(str(LEFT + CELL_WIDE * hour + CELL_WIDE // 2 - 1), str(hour)) for hour in range(24))
    rows = tuple(str(CELL_HIGH * row + CELL_HIGH // 2) for row in range(7))
    return Heat(
        tuple(tuple(counts) for counts in cells),
        tuple(shades),
        tuple(limits),
        empty,
        tuple(ticks),
        rows,
        total - sum(map(sum, cells)),
    )


def bars(values: list[int] | list[float], top: int, foot: int, high: int) -> str:
    """The path of bars that stand on `foot`, `high` when they reach `top`, across the picture."""
    wide = (WIDTH - LEFT - RIGHT) / len(values)
    bar = wide * 0.8 if wide > 4 else wide  # noqa: PLR2004  # pixels; thinner bars touch
    path = ""
    for number, value in enumerate(values):
        if value:
            at, tall = _short(LEFT + wide * number + (wide - bar) / 2), _short(high * value / top)
            path += f"M{at} {foot}v-{tall}h{_short(bar)}v{tall}z"
    return path


def nice(most: int) -> int:
    """The first of 1, 2, 5, 10, 20, 50, … that is not below; 1 for nothing.

    >>> [nice(n) for n in (0, 3, 12, 50, 51)]
    [1, 5, 20, 50, 100]
    """
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power >= most:
                return step * power
        power *= 10


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
