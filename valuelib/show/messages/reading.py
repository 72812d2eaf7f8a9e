"""What was assumed when a file was read and its columns were taken for what they are?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

READING: Mapping[str, str] = {
    "readers.byte_order_mark": mark("%(file)s was read as %(encoding)s, as the mark at its start says."),
    "readers.decimal_comma": mark("In %(file)s the comma was read as the decimal mark. Columns: %(columns)s."),
    "readers.delimiter_bar": mark("The columns of %(file)s were taken to be separated by vertical bars."),
    "readers.delimiter_comma": mark("The columns of %(file)s were taken to be separated by commas."),
    "readers.delimiter_other": mark("The columns of %(file)s are separated by the character %(delimiter)s."),
    "readers.delimiter_semicolon": mark("The columns of %(file)s were taken to be separated by semicolons."),
    "readers.delimiter_tab": mark("The columns of %(file)s were taken to be separated by tabs."),
    "readers.empty_columns": mark("Columns without a name and without answers were left out of %(file)s. Count: %(columns_n)s."),
    "readers.encoding": mark("%(file)s does not name its encoding; it was read as %(encoding)s."),
    "readers.first_sheet": mark(
        "%(file)s has several sheets with content (%(sheets_n)s); the first of them, %(sheet)s, was read. Setting sheet "
        "in study.yaml chooses another."
    ),
    "readers.headers_qualtrics": mark("%(file)s is a Qualtrics export. Header rows above the answers: %(rows_n)s."),
    "readers.headers_qualtrics_legacy": mark(
        "%(file)s is a Qualtrics export of the older form. Header rows above the answers: %(rows_n)s."
    ),
    "readers.headers_surveymonkey": mark(
        "%(file)s is a SurveyMonkey export. Header rows: %(rows_n)s; question and option were joined into one column name."
    ),
    "readers.latin1": mark(
        "No single encoding fits %(file)s. It was read as Latin-1, and some letters may be wrong. Lines concerned: %(lines_n)s."
    ),
    "readers.no_answer_marks": mark("In %(file)s marks such as NA or #N/A among numbers were read as blank. Columns: %(columns)s."),
    "readers.personal_columns": mark(
        "Columns with personal data that the survey tool had added were left out of %(file)s: %(columns)s."
    ),
    "readers.preview_rows": mark("Previews and test answers were left out of %(file)s. Rows: %(rows_n)s."),
    "readers.thousands_unsure": mark(
        "In %(file)s it is not clear whether a comma or point before three digits separates thousands or decimals; these "
        "columns were kept as text: %(columns)s. Setting decimal in study.yaml settles it."
    ),
    "readers.unfinished": mark(
        "Qualtrics marks some answers of %(file)s as unfinished (Finished is False); they were kept. Rows: %(rows_n)s."
    ),
    "readers.unnamed_columns": mark("Some columns of %(file)s have answers but no name; they were called: %(columns)s."),
    "study.accounts_without_team": mark("The responses name no team for %(accounts_n)s of the %(of_n)s accounts."),
    "study.account_missing": mark("%(n)s answers name no account; each of these respondents stands for itself."),
    "study.fractional_nps": mark(
        "Column %(column)s: %(n)s scores are not whole numbers. 9 and above count as promoters, 6 and below as "
        "detractors, everything between as passives."
    ),
    "study.ids_hashed": mark(
        "Column %(column)s: %(n)s ids were e-mail addresses and were replaced by hashes when the file was read."
    ),
    "study.interview_stray": mark(
        "%(file)s: %(rows_n)s rows are of accounts that no respondent has (%(names_n)s accounts); their ratings cannot be joined."
    ),
    "study.latest_wave": mark("Headline figures and claims use the latest wave, %(wave)s, of %(waves_n)s."),
    "study.names_alike": mark(
        "%(file)s, column %(column)s: %(rows_n)s rows spell their name in another way than the responses do, such as in capitals "
        "or with decimals; they were taken to mean the same."
    ),
    "study.no_nps": mark(
        "Column %(column)s was asked on %(low)s to %(high)s instead of 0 to 10: it has a mean but no net promoter score."
    ),
    "study.no_zero": mark(
        "%(name)s: the scale is given as 0 to 10, but none of the %(n)s answers is 0. If the question was asked on 1 to "
        "10, set scale: [1, 10] in study.yaml."
    ),
    "study.nothing_published": mark("Interviews: no column says what may be published, so no quote is printed."),
    "study.one_coder": mark("Interviews: one person coded them, so agreement between coders cannot be measured."),
    "study.outcome_blank": mark("Nobody has an answer to this outcome: %(outcome_key)s."),
    "study.perceived_value_mean": mark("Perceived value is the mean of the %(elements_n)s mapped elements of value."),
    "study.provider_averaged": mark(
        "The provider rated %(accounts_n)s accounts more than once (up to %(most_n)s ratings of one), and the ratings were "
        "averaged."
    ),
    "study.provider_silent": mark("The provider gave no view of %(accounts_n)s of the %(of_n)s accounts."),
    "study.provider_stray": mark(
        "%(file)s: %(rows_n)s rows are of accounts that no respondent has (%(names_n)s accounts); they are left aside."
    ),
    "study.respondent_missing": mark("Column %(column)s: %(n)s rows name no respondent; the row number stands in."),
    "study.rows_as_respondents": mark("No respondent column is mapped: each of the %(n)s rows counts as one respondent."),
    "study.rule_taken": mark("No exposure rule is given; this one was taken: %(rule_key)s."),
    "study.scale_taken": mark("No scale is given for %(name)s; the answers were taken to run from %(low)s to %(high)s."),
    "study.shifted": mark("Column %(column)s: the codes 1 to 11 were read as the answers 0 to 10."),
    "study.team_silent": mark("No employee of %(teams_n)s of the %(of_n)s teams answered."),
    "study.team_without_accounts": mark(
        "%(file)s: %(rows_n)s rows are of teams that have no account in the responses (%(names_n)s teams); they are left aside."
    ),
    "study.text_anchors": mark(
        "Column %(column)s: %(n)s answers carry a text beside the number, such as the label of a scale point; the number was read."
    ),
    "study.yes_absent": mark("Column %(column)s: none of the %(n)s answers carries a code listed under yes, so all count as no."),
}
