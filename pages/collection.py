"""Do collections bring back what entered?"""

import streamlit as st

from jiebei_dash.answers import collection
from jiebei_dash.charts import collection as charts
from jiebei_dash.errors import BookLacks
from jiebei_dash.ui import cache, collection_words, controls, show
from jiebei_dash.ui.frame import Page, open_page

WITHIN_MONTHS = (1, 2, 3)


def read() -> None:
    page = open_page("collection")
    words = page.words
    first, second = st.columns([2, 1])
    with first:
        bucket = controls.choice(words, "bucket", collection.BATCH_BUCKETS, "M1", "state", wide=True)
    with second:
        within = controls.choice(words, "within_months", WITHIN_MONTHS, 1, "within_months")
    worked(page, bucket, within)
    held(page)
    if "contacts" in page.scope.lacks:
        st.info(words.error(BookLacks(capability="contacts")))
        return
    promised(page)
    reached(page)


def worked(page: Page, bucket: str, within: int) -> None:
    """Place the batches that entered a bucket, and the cash received in it."""
    words = page.words
    for capability in ("amounts", "cash_flows"):
        if capability in page.scope.lacks:
            st.info(words.error(BookLacks(capability=capability)))
            return
    # A scope without a loan is told as such, by the frame.
    stood = collection.in_bucket(page.scope, cache.fetch, bucket)
    answer = collection.batches(page.scope, cache.fetch, bucket, within)
    if answer.frame.empty:
        st.info(words("collection.no_batch"))
    else:
        said = collection_words.batches(answer.frame, bucket, within, words)
        show.sentences(said)
        show.figure(charts.batches(answer.frame, words, page.look), answer, page, " ".join(said))
        st.caption(words("collection.marks"))
    st.subheader(words("collection.in_bucket.name"), anchor=False)
    said_stood = collection_words.in_bucket(stood.frame, bucket, words)
    show.sentences([said_stood])
    measured = ("rate", "paid_fen", "opening_fen", False)
    name, title = words("collection.panel_bucket"), words("collection.axis_bucket")
    drawn = charts.rates(stood.frame, "month", measured, name, title, words, page.look)
    show.figure(drawn, stood, page, said_stood)


def held(page: Page) -> None:
    words = page.words
    answer = collection.relapses(page.scope, cache.fetch)
    st.subheader(words("collection.relapses.name"), anchor=False)
    if answer.frame.empty:
        st.info(words("collection.no_cure"))
        return
    said = collection_words.share(answer.frame, "relapse", "cured_month", "cured", words)
    show.sentences([said])
    measured = ("rate", "relapsed", "cured", True)
    name, title = words("collection.panel_relapsed"), words("collection.axis_relapse")
    drawn = charts.rates(answer.frame, "cured_month", measured, name, title, words, page.look)
    show.figure(drawn, answer, page, said)


def promised(page: Page) -> None:
    words = page.words
    answer = collection.promises(page.scope, cache.fetch)
    st.subheader(words("collection.promises.name"), anchor=False)
    if answer.frame.empty:
        st.info(words("collection.no_promise"))
        return
    said = collection_words.share(answer.frame, "promise", "promised_month", "promises", words)
    show.sentences([said])
    measured = ("rate", "kept", "promises", True)
    name, title = words("collection.panel_kept"), words("collection.axis_promise")
    drawn = charts.rates(answer.frame, "promised_month", measured, name, title, words, page.look)
    show.figure(drawn, answer, page, said)


def reached(page: Page) -> None:
    words = page.words
    answer = collection.contacts(page.scope, cache.fetch)
    st.subheader(words("collection.contacts.name"), anchor=False)
    if answer.frame.empty:
        st.info(words("collection.no_contact"))
        return
    show.sentences([collection_words.contacts(answer.frame, words)])
    show.texts(collection_words.contact_table(answer.frame, words), right=slice(2, 9))
    show.proof(answer, page)


read()
