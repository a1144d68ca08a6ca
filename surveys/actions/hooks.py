"""What follows when filings were saved or their approval changed: surveys may not import reports.

`after_save` is a plain list that an app extends in its AppConfig.ready; no dispatcher, no magic,
one place to look: grep for `after_save` and `after_move`. Each callable gets (round, filing_ids),
inside the transaction of the save; `filing_ids` is a list of ids or, where a whole round is meant,
a queryset of them: both fit `pk__in`. `after_move` is called for a filing that changed hands:
(filing, step of the table, person), inside the transaction.
"""

after_save = []
after_move = []


def saved(round, filing_ids) -> None:
    """Tell everyone who asked that these filings have new values, are approved or no longer so."""
    for follow in after_save:
        follow(round, filing_ids)


def moved(filing, step, by) -> None:
    """Tell everyone who asked that this filing was handed in, sent back, passed on or approved."""
    for follow in after_move:
        follow(filing, step, by)
