"""The short card by which a study shows itself in a notebook: who answered, what is mapped, what was assumed; never an answer."""

from __future__ import annotations

from html import escape

from valuelib.results import Column
from valuelib.show.localizer import in_language, local
from valuelib.show.quality import rows_of_other_files
from valuelib.show.tables import cell_text
from valuelib.study.model import Study
from valuelib.study.quality import measure_coverage
from valuelib.theory.pyramid import elements

OUTCOMES = ("recommend", "repurchase", "effort", "value_enhancement", "satisfaction", "promise", "share_of_purchases", "expansion")


def study_card(study: Study) -> tuple[str, str]:
    """The card as html and as plain text, in the study's language."""
    with in_language(study.language):
        rows = [
            (local.text("common.respondents"), local.count(study.data["respondent"].nunique())),
            (
                local.text("quality.customer_companies_accounts"),
                local.count(study.data["account"].nunique()) if study.has_accounts else local.text("quality.not_told"),
            ),
            (local.text("common.survey_waves"), local.count(study.all_data["wave"].nunique() if "wave" in study.all_data else 1)),
            (
                local.text("quality.elements_value_asked_about"),
                local.text("common.mapped_of", value=len(study.element_keys), of=len(elements())),
            ),
            (
                local.text("quality.outcomes"),
                ", ".join(
                    local.word(key)
                    for key in OUTCOMES
                    if (key in study.data or (key == "repurchase" and "repurchase_score" in study.data))
                ),
            ),
        ]
        rows += [(what, cell_text(cell, Column("", "count"))) for what, cell in rows_of_other_files(measure_coverage(study))]
        title = f"{study.config.client} ({study.config.study})"
        part = [local.text("quality.part_of_answers")] if study.subset is not None else []
        assumed = [local.say(one) for one in (*study.assumed, *(one for source in study.sources for one in source.assumed))]
        head = local.text("common.assumed")
    cells = "".join(f'<tr><th scope="row">{escape(what)}</th><td>{escape(value)}</td></tr>' for what, value in rows)
    notes = "".join(f"<p>{escape(one)}</p>" for one in part)
    listed = "".join(f"<li>{escape(one)}</li>" for one in assumed)
    folded = f"<details><summary>{escape(head)} ({len(assumed)})</summary><ul>{listed}</ul></details>" if assumed else ""
    table = f'<table class="vl-table"><caption>{escape(title)}</caption><tbody>{cells}</tbody></table>'
    html = f'<div class="vl">{table}{notes}{folded}</div>'
    width = max(len(what) for what, _ in rows)
    lines = [title, *(f"{what.ljust(width)}  {value}" for what, value in rows), *part]
    return html, "\n".join([*lines, *([f"{head}:", *(f"- {one}" for one in assumed)] if assumed else [])])
