"""Mutants of a policy, and what becomes of each: killed, proved equivalent, or listed with a situation that tells it.

A mutant is the policy with one thing changed at one written place. It is *killed* when a case of the tests fails, or
when `check` refuses it; *equivalent* when no situation of the whole space, on no day, is answered otherwise, be it by
another effect or for other reasons; else it *survived*, and a situation is named that the tests do not look at.
"""
