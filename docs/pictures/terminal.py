"""A terminal's text as an SVG: real text that can be selected and searched, in the reader's own monospaced font."""

import html
import re

# Of a dark terminal. Each pair has a contrast of at least 4.5 with the background (WCAG 2.2, 1.4.3).
BACKGROUND, FRAME, TEXT, DIM = "#0d1117", "#30363d", "#e6edf3", "#8b949e"
COLOURS = {31: "#ff7b72", 32: "#7ee787", 33: "#f2cc60", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea"}

FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
SIZE, CELL, LINE = 14, 8.43, 20
MARGIN, BAR = 18, 34

SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")


def runs(line, style):
    """The pieces of a line with the style of each; the style goes on into the next line."""
    place = 0
    for match in SEQUENCE.finditer(line):
        if match.start() > place:
            yield line[place : match.start()], dict(style)
        place = match.end()
        for code in (int(code or 0) for code in match[1].split(";")):
            if code == 0:
                style.clear()
            elif code == 1:
                style["bold"] = True
            elif code == 2:
                style["dim"] = True
            elif code == 22:
                style.pop("bold", None)
                style.pop("dim", None)
            elif code == 39:
                style.pop("colour", None)
            elif code in COLOURS or code - 60 in COLOURS:
                style["colour"] = COLOURS.get(code) or COLOURS[code - 60]
            else:
                raise ValueError(f"the terminal was told {code}, which the picture does not know")
    if place < len(line):
        yield line[place:], dict(style)


def span(text, style, column, y):
    """A piece at its column; its width is said, so that every font gives the same columns."""
    fill = style.get("colour") or (DIM if style.get("dim") else None)
    attributes = f' fill="{fill}"' if fill else ""
    attributes += ' font-weight="700"' if style.get("bold") else ""
    x, width = MARGIN + column * CELL, len(text) * CELL
    return f'<tspan x="{x:.2f}" y="{y}" textLength="{width:.2f}"{attributes}>{html.escape(text, quote=False)}</tspan>'


def svg(title, text):
    """The picture of a terminal of as many columns as the text has."""
    if re.search(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]", text):
        raise ValueError("the text has control characters")
    lines = text.rstrip("\n").split("\n")
    columns = max(len(SEQUENCE.sub("", line)) for line in lines)
    width, height = round(2 * MARGIN + columns * CELL), BAR + len(lines) * LINE + MARGIN
    style, spoken = {}, html.escape(SEQUENCE.sub("", text).rstrip("\n"), quote=False)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">',
        f'<title id="title">{html.escape(title, quote=False)}</title>',
        f'<desc id="desc">{spoken}</desc>',
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8" fill="{BACKGROUND}" stroke="{FRAME}"/>',
        *(f'<circle cx="{MARGIN + 4 + 18 * n}" cy="17" r="5.5" fill="{fill}"/>' for n, fill in enumerate(["#ff5f57", "#febc2e", "#28c840"])),
        f'<text xml:space="preserve" style="white-space: pre" font-family="{FONT}" font-size="{SIZE}" fill="{TEXT}">',
    ]
    for index, line in enumerate(lines):
        column, y = 0, BAR + (index + 1) * LINE - 6
        for piece, look in runs(line, style):
            # Blanks at the ends are no text to be stretched.
            bare = piece.strip(" ")
            if bare:
                out.append(span(bare, look, column + len(piece) - len(piece.lstrip(" ")), y))
            column += len(piece)
    return "\n".join([*out, "</text>", "</svg>", ""])
