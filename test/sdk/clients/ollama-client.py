"""What Ollama's own client makes of the service: CALL URL PHOTO prints JSON."""

import json
import sys

import ollama

call, url, _photo = sys.argv[1:]
client = ollama.Client(host=url)
DOCUMENTS = [f"thing number {at}" for at in range(300)]


def embed(model="starter", **options):
    answer = client.embed(model=model, **options)
    return {"model": answer.model, "vectors": answer.embeddings, "tokens": answer.prompt_eval_count}


def failure(**options):
    try:
        embed(**options)
    except ollama.ResponseError as error:
        return {"status": error.status_code, "message": error.error}


def llama_index():
    from llama_index.embeddings.ollama import OllamaEmbedding

    embeddings = OllamaEmbedding(model_name="starter", base_url=url, embed_batch_size=100)
    return {"query": embeddings.get_query_embedding("a cat"), "documents": embeddings.get_text_embedding_batch(DOCUMENTS)}


CALLS = {
    "texts": lambda: embed(input=["a cat", "", "a cup of coffee"]),
    "string": lambda: embed(input="a cat", model="starter:latest"),
    "model": lambda: failure(model="nomic-embed-text", input="a"),
    "whole": lambda: failure(input="word " * 600, truncate=False),
    "llamaindex": llama_index,
}
print(json.dumps(CALLS[call]()))
