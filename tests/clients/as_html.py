"""A filter that makes HTML of a draft: the case's own for what was typed, the rest as it stands. ``TYPED PAGE <draft``.

Stands alone, for mutt starts it ($send_multipart_alternative_filter), as people start pandoc.
"""

from __future__ import annotations

import html
import json
import sys
from pathlib import Path


def filtered(draft: str, typed: str, page: str) -> str:
    """What mutt expects: a content type, an empty line, the content."""
    below = html.escape(draft.removeprefix(typed))
    return f"text/html\n\n<html><body>\n{page}\n<pre>{below}</pre>\n</body></html>\n"


if __name__ == "__main__":
    known = json.loads(Path(sys.argv[1]).read_text())["text"]
    sys.stdout.write(filtered(sys.stdin.read(), known, Path(sys.argv[2]).read_text()))
