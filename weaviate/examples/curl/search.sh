#!/bin/sh
# Photos of a folder in Weaviate, found by words and by another photo, with curl and GraphQL alone.
#   sh search.sh FOLDER "a cat"
set -e
folder=${1:-samples}
query=${2:-a cat}
weaviate=http://${WEAVIATE_HOST:-localhost}:${WEAVIATE_PORT:-8080}

post() { # PATH, with the JSON body on standard input; prints the answer
  curl --silent --show-error --fail-with-body -H 'Content-Type: application/json' -d @- "$weaviate$1"
}

encode() { base64 <"$1" | tr -d '\n'; }

# Once: the collection, then its photos. Weaviate asks the module for each photo's vector.
if ! curl --silent --fail -o /dev/null "$weaviate/v1/schema/ExamplePhoto"; then
  post /v1/schema >/dev/null <<'JSON'
{
  "class": "ExamplePhoto",
  "properties": [
    { "name": "title", "dataType": ["text"] },
    { "name": "image", "dataType": ["blob"] }
  ],
  "vectorizer": "multi2vec-clip",
  "moduleConfig": {
    "multi2vec-clip": {
      "imageFields": ["image"],
      "textFields": ["title"],
      "weights": { "imageFields": [0.9], "textFields": [0.1] }
    }
  }
}
JSON
  for file in "$folder"/*.jpg; do
    title=$(basename "$file" .jpg | tr - ' ')
    printf '{"class":"ExamplePhoto","properties":{"title":"%s","image":"%s"}}' "$title" "$(encode "$file")" |
      post /v1/objects >/dev/null
  done
fi

# By words, and by the first photo.
printf '{"query":"{ Get { ExamplePhoto(limit: 3, nearText: {concepts: [\\"%s\\"]}) { title _additional { distance } } } }"}' \
  "$query" | post /v1/graphql
set -- "$folder"/*.jpg
printf '{"query":"{ Get { ExamplePhoto(limit: 2, nearImage: {image: \\"%s\\"}) { title _additional { distance } } } }"}' \
  "$(encode "$1")" | post /v1/graphql
