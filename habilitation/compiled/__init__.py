"""Inside: small lookup tables. A value is an ordinal, a clause a bit; the texts come along for the answers."""
