#!/usr/bin/env bash
# go-tool.sh FOLDER NAME PACKAGE VERSION: a program of Go, built once, in bin/ of a folder.
set -euo pipefail
folder=$1 name=$2 package=$3 version=$4

if [ "$(cat "$folder/bin/$name.version" 2>/dev/null)" != "$version" ]; then
  echo "building $name $version: some minutes, once. It is kept in $folder"
  GOBIN=$folder/bin GOWORK=off go install "$package@$version"
  echo "$version" >"$folder/bin/$name.version"
fi
