"""A policy as its author is typing it: what an editor shows is what `check` would say, were the buffers saved."""
