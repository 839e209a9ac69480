"""The lab's compiled loops, imported for the sake of it: what warms up beside a page names this module."""

from __future__ import annotations

from jiebei_dash import late
from jiebei_dash.answers.trying import BENCH

BENCH_MAKER = late.function(BENCH)
