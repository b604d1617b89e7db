"""Inside: answers. An answer stays a few small integers until somebody asks for its sentences."""
