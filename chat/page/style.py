"""What the page looks like, and the scripts of its parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

THEME = {
    "body_background_fill": "#f4f6f9",
    "body_background_fill_dark": "#10171f",
    "body_text_color": "#1c2733",
    "body_text_color_dark": "#e4e9ef",
    "button_primary_background_fill": "#1b4f91",
    "button_primary_background_fill_hover": "#163f75",
    "button_primary_background_fill_dark": "#2c5f9e",
    "button_primary_background_fill_hover_dark": "#3a70b3",
    "button_primary_text_color": "#ffffff",
    "button_primary_text_color_dark": "#ffffff",
}
