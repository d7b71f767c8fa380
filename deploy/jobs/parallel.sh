#!/usr/bin/env bash
# All photos of a folder as vectors on one machine or several, by GNU parallel: sixteen shares, one at a time on each machine.
# Run again, it goes on where it was broken off, and does nothing that is done.
#
#     PHOTOS=/data/photos VECTORS=/data/vectors ./parallel.sh --sshlogin a,b,c     (folders that all of them share)
set -euo pipefail

photos=${PHOTOS:?expected the folder of photos}
vectors=${VECTORS:?expected the folder that the vectors go to}
shares=${SHARES:-16}
handspring=${HANDSPRING:-handspring}

mkdir -p "$vectors"
status=0
# One at a time, as a run by itself takes all cores. --retries: of a machine that went, another does the share.
seq 0 $((shares - 1)) | parallel --jobs 1 --retries 3 --joblog "$vectors/jobs.log" "$@" \
  "$handspring" embed "$photos" --shard "{}/$shares" --out "$vectors/part-{}.parquet" \
  --errors "$vectors/errors-{}.jsonl" --resume || status=$?

[ "$status" -eq 0 ] || echo "some shares did not end well: $vectors/jobs.log has their exit codes" >&2
exit "$status"
