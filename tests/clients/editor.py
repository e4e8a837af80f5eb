"""An editor that types: puts text on top of a file, and answers right below lines that it holds. ``TYPED FILE``.

Stands alone, for mail programs start it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def edited(prepared: str, text: str, between: dict[str, str]) -> str:
    """The draft with what the person adds."""
    lines = []
    for line in prepared.splitlines():
        lines.append(line)
        lines += [added for key, answer in between.items() if key in line for added in ("", answer, "")]
    return "\n".join([text, "", *lines]) + "\n"


if __name__ == "__main__":
    typed, draft = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    draft.write_text(edited(draft.read_text(), typed["text"], typed["between"]))
