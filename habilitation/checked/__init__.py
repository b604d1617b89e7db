"""Inside: a policy whose every name is resolved and whose every period, cell and rule is sound."""
