"""Inside: files in their canonical layout. No meaning changed, no comment lost; done twice, nothing more."""

from habilitation.authoring.canonical.rules import canonical

__all__ = ["canonical"]
