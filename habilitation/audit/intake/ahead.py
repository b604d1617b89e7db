"""One step ahead: what is read next is read while what was read is judged."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")

_WAIT = 0.1  # seconds between two looks at whether anyone still listens


def ahead(items: Iterator[Item], depth: int = 1) -> Iterator[Item]:
    """The same items, made by another thread, at most `depth` of them waiting; an error comes where it happened.

    Closing it ends the thread, and closes `items`.
    """
    made: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(depth)
    given_up = threading.Event()
    maker = threading.Thread(target=_make, args=(items, made, given_up), daemon=True)
    maker.start()
    try:
        while True:
            item, error = made.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        given_up.set()
        maker.join()


def _make(
    items: Iterator[Item], made: queue.Queue[tuple[Item | None, BaseException | None]], given_up: threading.Event
) -> None:
    ending: BaseException | None = None
    try:
        for item in items:
            if not _put(made, (item, None), given_up):
                break
    except BaseException as error:  # noqa: BLE001  # raised again by who reads
        ending = error
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()
    _put(made, (None, ending), given_up)


def _put(made: queue.Queue[Item], item: Item, given_up: threading.Event) -> bool:
    while not given_up.is_set():
        try:
            made.put(item, timeout=_WAIT)
            return True
        except queue.Full:
            continue
    return False
