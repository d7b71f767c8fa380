"""Vectors of texts, images and sounds from a Handspring server.

>>> from handspring import Client, Image
>>> with Client("http://localhost:8080") as model:
...     cat, photo = model.embed(["a cat", Image("cat.jpg")])
"""

from ._aio import AsyncClient
from ._client import Client
from ._errors import HandspringError
from ._items import Audio, Image, Item, Vector
from ._settings import ModelInfo

__all__ = ["AsyncClient", "Audio", "Client", "HandspringError", "Image", "Item", "ModelInfo", "Vector"]
