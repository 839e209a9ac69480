"""One loan book, three readers, every number traceable.

>>> from jiebei_dash import ask, open_book            # doctest: +SKIP
>>> book = open_book("duckdb:///data/book.duckdb")    # doctest: +SKIP
>>> ask(book, "vintages.curves", past_due_days=30)    # doctest: +SKIP
"""

from jiebei_dash.asking import ask, open_book

__all__ = ["ask", "open_book"]
