"""What LangChain's OpenAI embeddings for Python make of the service: CALL URL PHOTO prints JSON."""

import json
import sys

import tiktoken
from langchain_openai import OpenAIEmbeddings
from openai import BadRequestError

call, url, _ = sys.argv[1:]
options = {"base_url": f"{url}/v1", "api_key": "sk-none", "model": "starter"}


def embed():
    embeddings = OpenAIEmbeddings(check_embedding_ctx_length=False, **options)
    return {
        "query": embeddings.embed_query("a cat"),
        "documents": embeddings.embed_documents([f"thing number {at}" for at in range(1200)]),
    }


def embed_by_default():
    """By default it sends ids of OpenAI's own tokens. Their table is fetched from the internet: a byte a token stands for it here."""
    ranks = {bytes([at]): at for at in range(256)}
    bytewise = tiktoken.Encoding("bytes", pat_str=".", mergeable_ranks=ranks, special_tokens={})
    tiktoken.encoding_for_model = tiktoken.get_encoding = lambda name: bytewise
    try:
        OpenAIEmbeddings(**options).embed_documents(["a cat"] * 600)
    except BadRequestError as error:
        return {"code": error.code, "message": error.message}


print(json.dumps({"embed": embed, "default": embed_by_default}[call]()))
