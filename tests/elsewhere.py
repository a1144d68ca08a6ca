"""URL names whose lines about who may open them stand in other files than test_access.py."""

# Workbooks sent in: tests/surveys/uploading/test_who.py.
UPLOADS = {
    f"surveys:{name}"
    for name in "uploads upload columns original marked decisions apply undo recheck".split()
}
# Reports about streets and above: tests/reports/documents/test_who.py.
REPORTS = {
    f"documents:{name}"
    for name in "draft file figures keep issued one issued_file reference".split()
}
REPORTS |= {f"documents:{name}" for name in "templates template drop_template".split()}
# Overall scores: tests/reports/rating/.
RATING = {f"rating:{name}" for name in "scheme new edit delete".split()}
# The reviewer's desk: tests/reports/review/test_who.py.
REVIEW = {
    f"review:{name}" for name in "queue approve_several one approve give_back ask settle".split()
}
# The list of outliers: tests/reports/outliers/test_outliers.py.
OUTLIERS = {f"outliers:{name}" for name in "list dismiss reopen".split()}
# Keys of other programs and what they open: tests/communities/tokens/test_who.py, tests/reports/api/test_door.py.
TOKENS = {
    "tokens:list",
    "tokens:enable",
    "tokens:revoke",
    "interface:guide",
    "interface:description",
}
API = {
    f"api:{name}"
    for name in "api-root openapi-json units rounds measures standards filings values".split()
}
API |= {f"api:{name}" for name in "totals verdicts tallies compliance".split()}
# One standard over an area, and other thresholds tried on it: tests/reports/test_standing.py, test_what_if.py.
COMPLIANCE = {"reports:standing", "reports:what_if"}

ELSEWHERE = {*UPLOADS, *COMPLIANCE, *REPORTS, *RATING, *REVIEW, *OUTLIERS, *TOKENS, *API}
