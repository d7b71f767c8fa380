"""Photos of a folder in Weaviate, found by words and by another photo.

pip install -r requirements.txt
python search.py FOLDER "a cat"
"""

import base64
import os
import sys
from pathlib import Path

import weaviate
from weaviate.classes.config import Configure, DataType, Multi2VecField, Property
from weaviate.classes.query import MetadataQuery
from weaviate.util import generate_uuid5

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "samples")
query = sys.argv[2] if len(sys.argv) > 2 else "a cat"

with weaviate.connect_to_local(
    host=os.environ.get("WEAVIATE_HOST", "localhost"),
    port=int(os.environ.get("WEAVIATE_PORT", "8080")),
    grpc_port=int(os.environ.get("WEAVIATE_GRPC_PORT", "50051")),
) as client:
    if not client.collections.exists("ExamplePhoto"):
        client.collections.create(
            "ExamplePhoto",
            properties=[
                Property(name="title", data_type=DataType.TEXT),
                Property(name="image", data_type=DataType.BLOB),
            ],
            vector_config=Configure.Vectors.multi2vec_clip(
                image_fields=[Multi2VecField(name="image", weight=0.9)],
                text_fields=[Multi2VecField(name="title", weight=0.1)],
            ),
        )
    photos = client.collections.use("ExamplePhoto")

    files = sorted(folder.glob("*.jpg"))
    with photos.batch.fixed_size(batch_size=16) as batch:
        for file in files:
            batch.add_object(
                uuid=generate_uuid5(file.name, "ExamplePhoto"),  # the same photo again is the same object, not a second one
                properties={
                    "title": file.stem.replace("-", " "),
                    "image": base64.b64encode(file.read_bytes()).decode(),
                },
            )
    for failed in photos.batch.failed_objects:
        print(failed.message, file=sys.stderr)

    def show(heading, result):
        print(heading)
        for photo in result.objects:
            print(f"  {photo.metadata.distance:.3f} {photo.properties['title']}")

    distance = MetadataQuery(distance=True)
    show(f'photos of "{query}":', photos.query.near_text(query, limit=3, return_metadata=distance))
    show(f"photos like {files[0].name}:", photos.query.near_image(files[0], limit=2, return_metadata=distance))
