"""Answers to take away: sheets with their code book, for spreadsheets, SPSS and R.

`codebook` says which variables a survey has over all its versions, `sheets` streams the rows with groups
hidden as in the published tables, `syntax` writes the labels for SPSS and R, `words` what people wrote.
"""
