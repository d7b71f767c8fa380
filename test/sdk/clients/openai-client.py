"""What OpenAI's own client for Python makes of the service: CALLS URL PHOTO prints JSON, the answer to each call by its name."""

import base64
import json
import sys

from openai import APIStatusError, OpenAI

calls, url, photo = sys.argv[1:]
client = OpenAI(base_url=f"{url}/v1", api_key="sk-none")


def embed(**options):
    answer = client.embeddings.create(**{"model": "starter", **options})
    return {
        "model": answer.model,
        "vectors": [entry.embedding for entry in answer.data],
        "indices": [entry.index for entry in answer.data],
        "tokens": answer.usage.prompt_tokens,
    }


def failure(**options):
    try:
        embed(**options)
    except APIStatusError as error:
        return {
            "kind": type(error).__name__,
            "status": error.status_code,
            "code": error.code,
            "param": error.param,
            "type": error.type,
            "message": error.message,
            "request": error.request_id,
        }


encoded = base64.b64encode(open(photo, "rb").read()).decode()
CALLS = {
    # The client asks for base64 by itself, and decodes it.
    "default": lambda: embed(input=["a cat", "", "a cup of coffee"]),
    "float": lambda: embed(input=["a cat", "", "a cup of coffee"], encoding_format="float"),
    "string": lambda: embed(input="a cat"),
    "images": lambda: embed(input=["a cat", f"data:image/png;base64,{encoded}"]),
    "many": lambda: embed(input=[f"thing number {at}" for at in range(2048)]),
    "models": lambda: [client.models.list().data[0].id, client.models.retrieve("starter").id],
    "token ids": lambda: failure(input=[[9906, 1917]]),
    "model": lambda: failure(input="a", model="text-embedding-3-small", dimensions=1536),
    "dimensions": lambda: failure(input="a", dimensions=1536),
    "image": lambda: failure(input=[f"data:image/png;base64,{encoded[:400]}"]),
    "too many": lambda: failure(input=["a"] * 2049),
    "retried": lambda: [embed(input=["a", "b"]) for _ in range(2)][-1],
    "late": lambda: failure(input=["a"] * 64),
}
print(json.dumps({call: CALLS[call]() for call in calls.split(",")}))
