"""What Cohere's own client makes of the service, and others by it: CALL URL PHOTO prints JSON."""

import base64
import json
import sys

import cohere

call, url, photo = sys.argv[1:]
client = cohere.ClientV2(base_url=url, api_key="none")
encoded = base64.b64encode(open(photo, "rb").read()).decode()
image = f"data:image/png;base64,{encoded}"
DOCUMENTS = [f"thing number {at}" for at in range(300)]


def embed(**options):
    options = {"model": "starter", "input_type": "search_document", "embedding_types": ["float"], **options}
    answer = client.embed(**options)
    return {
        "vectors": answer.embeddings.float_,
        "texts": answer.texts,
        "tokens": answer.meta.billed_units.input_tokens,
        "id": answer.id,
    }


def failure(**options):
    try:
        embed(**options)
    except cohere.core.ApiError as error:
        return {"kind": type(error).__name__, "status": error.status_code, "body": error.body}


def llama_index():
    from llama_index.embeddings.cohere import CohereEmbedding

    embeddings = CohereEmbedding(api_key="none", base_url=url, model_name="embed-v4.0")
    return {"query": embeddings.get_query_embedding("a cat"), "documents": embeddings.get_text_embedding_batch(DOCUMENTS)}


part = {"type": "image_url", "image_url": {"url": image}}
CALLS = {
    "texts": lambda: embed(texts=["a cat", "", "a cup of coffee"]),
    "images": lambda: embed(images=[image], input_type="image"),
    "inputs": lambda: embed(inputs=[{"content": [part]}, {"content": [{"type": "text", "text": "a cat"}]}]),
    "together": lambda: failure(inputs=[{"content": [part, {"type": "text", "text": "a cat"}]}]),
    "model": lambda: failure(texts=["a"], model="embed-english-v3.0"),
    "int8": lambda: failure(texts=["a"], embedding_types=["int8"]),
    "llamaindex": llama_index,
}
print(json.dumps(CALLS[call]()))
