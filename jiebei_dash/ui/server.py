"""Start the app on loopback."""

from __future__ import annotations

import socket

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import bootstrap

from jiebei_dash.errors import PortTaken
from jiebei_dash.settings import ROOT


def serve(port: int) -> None:
    """Serve the app on 127.0.0.1 until it is stopped.

    Parameters
    ----------
    port
        Where to listen.

    Raises
    ------
    PortTaken
        Another program listens there.

    Notes
    -----
    Streamlit would offer the files of ``pages/`` on their own until a first reader has run ``app.py``; that old
    discovery is switched off before the first request. ``open_page`` holds the same door for other ways to start.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(port=port) from error
    PagesManager.uses_pages_directory = False
    options = {"server.address": "127.0.0.1", "server.port": port}
    bootstrap.load_config_options(options)
    bootstrap.run(str(ROOT / "app.py"), False, [], options)
