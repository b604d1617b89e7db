"""Inside: two policies, or two days of one, and every situation they judge otherwise; nothing rests on a sample."""
