"""The stack of Weaviate's official multi2vec-clip module behind the contract: FastAPI and uvicorn, Hugging Face's CLIP
on PyTorch, Pillow.

    python server.py MODEL PORT

As the official module does (weaviate/multi2vec-clip-inference, its CLIP backends), and in our own words: a request is one
task of a thread pool; a lock is held from the decoding of its images to its vectors; its texts are one batch and its
images another; vectors have unit length. Where the official backends differ, this takes the quicker way: no gradients are
kept, and one copy of the model serves both towers.
"""

import asyncio
import base64
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import torch
import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from PIL import Image
from pydantic import BaseModel
from transformers import CLIPModel, CLIPProcessor

FOLDER, PORT = sys.argv[1], int(sys.argv[2])

app = FastAPI()
pool = ThreadPoolExecutor()
lock = Lock()
model = CLIPModel.from_pretrained(FOLDER)
processor = CLIPProcessor.from_pretrained(FOLDER)


class Items(BaseModel):
    texts: list = []
    images: list = []


def read_image(text: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(text)))
    return image if image.mode == "RGB" else image.convert("RGB")


def to_unit_rows(features: torch.Tensor) -> list:
    return (features / features.norm(dim=-1, keepdim=True)).tolist()


def embed_texts(texts: list) -> list:
    inputs = processor(text=texts, return_tensors="pt", padding=True)
    return to_unit_rows(model.get_text_features(**inputs))


def embed_images(images: list) -> list:
    inputs = processor(images=[read_image(image) for image in images], return_tensors="pt")
    return to_unit_rows(model.get_image_features(**inputs))


def vectorize(items: Items) -> dict:
    vectors = {"textVectors": [], "imageVectors": []}
    if items.texts:
        with lock, torch.no_grad():
            vectors["textVectors"] = embed_texts(items.texts)
    if items.images:
        with lock, torch.no_grad():
            vectors["imageVectors"] = embed_images(items.images)
    return vectors


@app.get("/.well-known/ready", status_code=204, response_class=Response)
async def ready():
    return None


@app.post("/vectorize")
async def answer(items: Items):
    try:
        return await asyncio.wrap_future(pool.submit(vectorize, items))
    except Exception as error:
        return JSONResponse({"error": str(error)}, status_code=500)


uvicorn.run(app, host="127.0.0.1", port=PORT)
