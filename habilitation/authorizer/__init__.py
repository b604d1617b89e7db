"""The front door: opens a policy and asks the rooms; it computes nothing itself."""

from habilitation.authorizer.door import Authorizer
from habilitation.authorizer.opening import checked

__all__ = ["Authorizer", "checked"]
