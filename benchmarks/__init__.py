"""How fast is the shipped code, and do its intervals cover the truth as often as they say? `python -m benchmarks` measures both."""
