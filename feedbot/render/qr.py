"""QR codes as SVG that stands in a page."""

from functools import lru_cache
from html import escape


@lru_cache(maxsize=256)  # a page is rendered often, its address stays
def code(text: str, name: str) -> str:
    """Return `text` as a QR code: an SVG element that is called `name`, black on white in any theme."""
    import segno  # noqa: PLC0415 - only pages of feeds need it

    made = segno.make(text, error="m", micro=False, mask=3)
    drawn: str = made.svg_inline(border=4, light="#fff", omitsize=True, svgclass=None, lineclass=None)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(name)}" ', 1)
