"""A synthetic hospital group to run an audit on, with the truth of each of its accesses beside it.

Nothing here is shared with the audit, and the engine is never asked: a mistake made on both sides would not show.
"""

from habilitation.sample.hospital import Summary, write

__all__ = ["Summary", "write"]
