"""Questionnaires as XLSForm, the spreadsheet convention of KoboToolbox and ODK (xlsform.org, pyxform).

`names` says how keys, lists and languages are written, `writing` makes a workbook of a questionnaire,
`workbook` reads one into rows, `expressions` understands conditions and limits, `reading` makes a plan of
it: a questionnaire, and a list of everything that the portal cannot ask. `carrying` takes a plan from the
preview to the confirmation, so that nothing is written before.

What the portal writes it reads again unchanged. Names with two underscores are its own: keys have none.
"""
