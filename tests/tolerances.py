"""How close is equal? Every tolerance has its name here."""

EQUAL_TO_R = 1e-8  # another program on the same formulas: printouts carry 15 digits
SAME_ARITHMETIC = 1e-9  # the same figure by another order of operations
EXACT = 1e-12
ITERATED = 1e-4  # two programs that iterate to a solution and stop by rules of their own
SAME_OPTIMUM = 1e-6  # the same maximum of a likelihood, found by another search
# Two simulated sample sizes: standard errors of 2.5 % each from 1,200 studies and the earlier run's rounding to tens, times 2.5.
SIMULATED_SIZE = 0.09
SAME_MIXED_MODEL = (
    2e-3  # two searches for the same REML optimum that stop by rules of their own; a tenth of a standard error at most
)
