"""The words every room shares: effects, reason codes of the engine, dates, and the missing value."""

from __future__ import annotations

import datetime
import enum

SHIPPED = "dmp"  # names the shipped policy where a policy is named


class Effect(enum.Enum):
    """The four effects of a decision (XACML 3.0); only PERMIT opens anything."""

    PERMIT = "PERMIT"
    DENY = "DENY"
    INDETERMINATE = "INDETERMINATE"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class RuleEffect(enum.Enum):
    """What a rule does when its condition holds."""

    PERMIT = "permit"
    FORBID = "forbid"
    ABSTAIN = "abstain"


# INVARIANT (precedence): the first kind of this tuple that has a rule which holds gives the effect.
# Forbid prevails over abstain, abstain over permit; silence is NOT_APPLICABLE, never a permit.
PRECEDENCE: tuple[tuple[RuleEffect, Effect], ...] = (
    (RuleEffect.FORBID, Effect.DENY),
    (RuleEffect.ABSTAIN, Effect.INDETERMINATE),
    (RuleEffect.PERMIT, Effect.PERMIT),
)
SILENCE = Effect.NOT_APPLICABLE
EFFECT_OF = dict(PRECEDENCE)

# Reasons the engine gives when no rule does. A rule may not take these names.
NO_RULE = "no_rule"
MISSING_FACT = "missing_fact"
BEFORE_FIRST_EDITION = "before_first_edition"
UNKNOWN_CODE = "unknown_code"
ENGINE_REASONS = (NO_RULE, MISSING_FACT, BEFORE_FIRST_EDITION, UNKNOWN_CODE)

ACTION = "action"
# What the values of an axis are about, in the words of XACML (AuthZEN's context is its environment).
SUBJECT, RESOURCE, ENVIRONMENT = "subject", "resource", "environment"
CATEGORIES = (SUBJECT, RESOURCE, "action", ENVIRONMENT)
NOT_COVERED = "not covered"


class Missing(enum.Enum):
    """The value of an axis nobody stated; it never opens anything."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing.MISSING

DISTANT_PAST = datetime.date.min
DISTANT_FUTURE = datetime.date.max


# How a truth is written wherever a fact is stated as text: a file, a column, a request.
TRUTHS = {"true": True, "false": False}
# What people write for one, and what they should.
_MEANT = {
    **dict.fromkeys(("true", "yes", "oui", "vrai", "on", "1"), "true"),
    **dict.fromkeys(("false", "no", "non", "faux", "off", "0"), "false"),
}


def write_truth(word: str, before: str = "") -> str:
    """The way out for a word that is no truth of a file, or of `before` it: what it stands for, or both.

    >>> write_truth("non"), write_truth("perhaps"), write_truth("faux", "masked=")
    ('write `false`', 'write `true` or `false`', 'write `masked=false`')
    """
    meant = _MEANT.get(word.casefold())
    return f"write `{before}{meant}`" if meant else f"write `{before}true` or `{before}false`"


def as_date(moment: datetime.date | datetime.datetime | str) -> datetime.date:
    """Day of a date, a date-time or an ISO 8601 text; editions change at midnight, legal time of the caller.

    Raises ValueError when a text is not a date.

    >>> as_date("2025-03-01T14:20:00+01:00")
    datetime.date(2025, 3, 1)
    """
    if isinstance(moment, datetime.datetime):
        return moment.date()
    if isinstance(moment, datetime.date):
        return moment
    if not isinstance(moment, str):
        raise ValueError(f"`{moment!r}` is not a date: give YYYY-MM-DD, a date or a date-time")  # noqa: TRY004  # one error for callers
    try:
        return datetime.datetime.fromisoformat(moment).date()
    except ValueError:
        raise ValueError(f"`{moment}` is not a date: give YYYY-MM-DD or an RFC 3339 date-time") from None


def cell_name(value: str, lang: str) -> str:
    """The name of a value of a matrix: the policy's own, or ours, in a language, where the matrix has no cell."""
    return "non couvert" if lang == "fr" and value == NOT_COVERED else value
