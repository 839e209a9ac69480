"""The front door: who is reading, language, scope, page list."""

from jiebei_dash.ui import frame

frame.run()
