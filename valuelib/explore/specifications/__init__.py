"""Would another analyst have come to another figure? Every defensible way to calculate it."""
