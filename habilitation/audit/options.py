"""What was asked, as plain data for the manifest."""

from __future__ import annotations

import datetime
from typing import Any

from habilitation.audit.asked import Asked


def options(asked: Asked) -> dict[str, Any]:
    """The options that change what is judged or written; neither where the report goes nor how many threads made it."""
    lags = {fact: _seconds(lag) for fact, lag in sorted(asked.lag.items())}
    return {
        "complete": sorted(asked.complete),
        "assume": dict(sorted(asked.assume.items())),
        "lag_after_discharge_seconds": lags,
        "granularity_seconds": _seconds(asked.granularity) if asked.granularity else None,
        "zone": asked.zone or None,
        "calendar": asked.calendar,
        "known_on": asked.known_on.isoformat() if asked.known_on else None,
        "deduplicate": asked.deduplicate or None,
        "patient": asked.patient or None,
        "professional": asked.professional or None,
        "format": asked.format or None,
        "csv_dialect": asked.dialect,
        "lang": asked.lang,
        "pseudonymised": asked.pseudonymise is not None,
    }


def _seconds(duration: datetime.timedelta) -> float:
    return duration.total_seconds()
