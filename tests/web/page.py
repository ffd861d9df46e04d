"""What a page of ours brings with it from the server."""

import json
import re
from typing import Any

import httpx

BOOT = re.compile(r'<script type="application/json" id="boot">(.*?)</script>', re.DOTALL)


def boot_of(page: httpx.Response) -> dict[str, Any]:
    assert page.status_code == 200, page.text[:500]
    found = BOOT.search(page.text)
    assert found, page.text[:500]
    return dict(json.loads(found[1]))
