"""The research report: figures computed once, worded by templates a bureau edits in Word, traced to their rows.

Facts (read from stored roll-ups) -> Context (every Figure) -> a template of one shape -> .docx, or pages of the web
"""
