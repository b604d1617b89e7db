"""Inside: a policy read from text. Every word has its place; no name is resolved, no meaning checked."""
