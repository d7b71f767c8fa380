"""What clients of text-embeddings-inference make of the service: CALL URL PHOTO prints JSON."""

import json
import sys

call, url, _photo = sys.argv[1:]
DOCUMENTS = [f"thing number {at}" for at in range(300)]


def hugging_face(**options):
    from huggingface_hub import InferenceClient

    return InferenceClient(f"{url}/embed").feature_extraction(["a cat", "", "a cup of coffee"], **options).tolist()


def refused():
    from huggingface_hub.errors import HfHubHTTPError

    try:
        hugging_face(prompt_name="query")
    except HfHubHTTPError as error:
        return {"status": error.response.status_code, "message": str(error)}


def haystack():
    from haystack import Document
    from haystack.components.embedders import HuggingFaceAPIDocumentEmbedder, HuggingFaceAPITextEmbedder

    where = {"api_type": "text_embeddings_inference", "api_params": {"url": f"{url}/embed"}}
    documents = HuggingFaceAPIDocumentEmbedder(**where, progress_bar=False).run([Document(content=text) for text in DOCUMENTS])
    return {
        "query": HuggingFaceAPITextEmbedder(**where).run("a cat")["embedding"],
        "documents": [document.embedding for document in documents["documents"]],
    }


def llama_index():
    from llama_index.embeddings.text_embeddings_inference import TextEmbeddingsInference

    embeddings = TextEmbeddingsInference(base_url=url, model_name="starter", embed_batch_size=100)
    return {
        "query": embeddings.get_query_embedding("a cat"),
        "documents": embeddings.get_text_embedding_batch(DOCUMENTS),
    }


CALLS = {
    "huggingface_hub": hugging_face,
    "whole": lambda: hugging_face(truncate=False, normalize=True),
    "refused": refused,
    "haystack": haystack,
    "llamaindex": llama_index,
}
print(json.dumps(CALLS[call]()))
