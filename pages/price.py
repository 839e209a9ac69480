"""What do new loans cost the borrower in a year, and is it inside the cap?"""

import streamlit as st

from jiebei_dash.answers import price
from jiebei_dash.charts import price as charts
from jiebei_dash.price_caps import read_price_caps
from jiebei_dash.text import numbers
from jiebei_dash.ui import cache, controls, price_words, show
from jiebei_dash.ui.frame import Page, open_page

# Most and step as shown, and how many of what is shown make one.
FEES = {"fee_month_rate": (5.0, 0.05, 100), "fee_withheld_rate": (50.0, 0.5, 100), "fee_once_yuan": (5000.0, 10.0, 1)}


def read() -> None:
    page = open_page("price")
    words = page.words
    top = st.container()
    fees = asked_fees(page)
    months = price.by_month(page.scope, cache.fetch, price.SHOWN_MONTHS, **fees)
    products = price.by_product(page.scope, cache.fetch, **fees)
    said = price_words.opening(months.frame, words)
    with top:
        show.sentences(said)
        st.subheader(words("price.by_month.name"), anchor=False)
        drawn = charts.by_month(months.frame, any(fees.values()), words, page.look)
        show.figure(drawn, months, page, " ".join(said))
    st.subheader(words("price.by_product.name"), anchor=False)
    show.texts(price_words.products(products.frame, words), slice(1, None), height=show.WHOLE)
    st.caption(words("price.table_note"))
    show.proof(products, page)
    st.subheader(words("price.caps"), anchor=False)
    show.texts(price_words.caps(read_price_caps(), page.scope.as_of_month, words), slice(3, 4), height=show.WHOLE)
    st.caption(words("price.caps_note", month=numbers.month(page.scope.as_of_month)))
    calculator(page, fees)


def asked_fees(page: Page) -> dict[str, float]:
    words = page.words
    st.subheader(words("price.fees"), anchor=False)
    st.caption(words("price.fees_note"))
    found = {}
    for column, (name, (most, step, scale)) in zip(st.columns(3), FEES.items(), strict=True):
        with column:
            found[name] = controls.number(words(f"price.{name}"), name, 0.0, most, step, 0.0) / scale
    return found


def calculator(page: Page, fees: dict[str, float]) -> None:
    words = page.words
    st.subheader(words("price.calculator"), anchor=False)
    st.caption(words("price.calculator_note"))
    first, second, third, fourth = st.columns(4)
    with first:
        amount = controls.number(words("price.amount"), "calc_amount", 100.0, 300_000.0, 1000.0, 10_000.0)
    with second:
        term = controls.number(words("price.term"), "calc_months", 1.0, 60.0, 1.0, 12.0)
    with third:
        rate = controls.number(words("price.month_rate"), "calc_rate", 0.0, 5.0, 0.05, 1.2)
    with fourth:
        method = controls.choice(words, "calc_method", price.METHODS, price.METHODS[0], "repay_method")
    found = price.quote(amount, int(term), rate / 100, page.scope.as_of_month, method, **fees)
    nominal = {"contract": found.contract.nominal_apr, "all_in": found.all_in.nominal_apr}
    effective = {"contract": found.contract.effective_apr, "all_in": found.all_in.effective_apr}
    show.kpis(
        [
            *(show.Kpi(words(f"price.{kind}_nominal"), numbers.rate(nominal[kind])) for kind in nominal),
            *(show.Kpi(words(f"price.{kind}_effective"), numbers.rate(effective[kind])) for kind in effective),
        ]
    )
    st.caption(
        words(
            "price.said_quote",
            by_days=numbers.rate(found.by_days_apr),
            instalment=numbers.yuan_exact(found.instalment_fen),
            paid=numbers.yuan_exact(found.paid_fen),
        )
    )


read()
