#!/bin/sh
# Chromium and a CJK font for the browser tests, where missing.
set -eu
bin=$(dirname "$0")/../../.venv/bin

has_browser() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        command -v google-chrome >/dev/null 2>&1 || ls "$HOME"/.cache/ms-playwright/chromium* >/dev/null 2>&1
}
has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]; }

if has_browser && has_font; then exit 0; fi

if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
    if $as_root true 2>/dev/null; then
        $as_root apt-get update -qq
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null
    fi
fi
# Elsewhere, or where the packages could not be had: Playwright's own browser. Chinese then needs a font of the system.
has_browser || "$bin/python" -m playwright install chromium
has_browser
