"""From the theory to the field: a questionnaire, its letters and forms, and the study.yaml that reads its answers."""

from __future__ import annotations
