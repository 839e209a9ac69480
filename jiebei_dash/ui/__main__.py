"""Serve the app: ``python -m jiebei_dash.ui [port]``."""

import sys

from jiebei_dash.errors import JiebeiError
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import server

try:
    server.serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8501)
except JiebeiError as error:
    sys.exit(load_words("en").error(error))
