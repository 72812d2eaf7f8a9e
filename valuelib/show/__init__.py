"""How results are said and drawn: sentences, cards, tables and figures in the reader's language."""

from __future__ import annotations
