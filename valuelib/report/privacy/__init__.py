"""Nothing ships before it passes here: no output may tell who answered, what somebody wrote, or on whose machine it was made."""

from valuelib.report.privacy.gate import check_outputs

__all__ = ["check_outputs"]
