"""Coded interviews and open comments: agreement, themes, terms and suggestions of codes."""
