"""The image, built once for all who run it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.image import Image, build, can_be_boxed


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """What the Dockerfile makes, in a folder that the image's user may enter too: pytest's own are for one only."""
    if not can_be_boxed():
        pytest.skip("a root of one's own needs the right to mount, which this user has not")
    folder = Path(tempfile.mkdtemp(prefix="callboard-image-"))
    folder.chmod(0o755)
    try:
        yield build(folder)
    finally:
        shutil.rmtree(folder)
