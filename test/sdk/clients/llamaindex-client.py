"""What LlamaIndex's OpenAI-like embedding makes of the service: CALL URL PHOTO prints JSON."""

import json
import sys

from llama_index.embeddings.openai_like import OpenAILikeEmbedding

_, url, _ = sys.argv[1:]
embedding = OpenAILikeEmbedding(model_name="starter", api_base=f"{url}/v1", api_key="sk-none", embed_batch_size=1000)
print(
    json.dumps(
        {
            "query": embedding.get_query_embedding("a cat"),
            "documents": embedding.get_text_embedding_batch([f"thing number {at}" for at in range(1200)]),
        }
    )
)
