"""How close is equal? Every tolerance has its name here."""

EQUAL_TO_R = 1e-8  # another program on the same formulas: printouts carry 15 digits
SAME_ARITHMETIC = 1e-9  # the same figure by another order of operations
EXACT = 1e-12
ITERATED = 1e-4  # two programs that iterate to a solution and stop by rules of their own
SAME_OPTIMUM = 1e-6  # the same maximum of a likelihood, found by another search
