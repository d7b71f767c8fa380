#!/usr/bin/env bash
#SBATCH --job-name=embed-photos
#SBATCH --array=0-15
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --output=embed-%a.log
# All photos of a folder as vectors, in sixteen shares. A share that was broken off goes on from what its file has, be it requeued
# by Slurm or submitted again:
#
#     PHOTOS=/data/photos VECTORS=/data/vectors sbatch slurm.sh
set -euo pipefail

photos=${PHOTOS:?expected the folder of photos}
vectors=${VECTORS:?expected the folder that the vectors go to}
share=$SLURM_ARRAY_TASK_ID

mkdir -p "$vectors"
status=0
"${HANDSPRING:-handspring}" embed "$photos" --shard "$share/$SLURM_ARRAY_TASK_COUNT" --out "$vectors/part-$share.parquet" \
  --errors "$vectors/errors-$share.jsonl" --resume || status=$?

# 3: some photos could not be embedded and are listed; all else is there.
[ "$status" -eq 3 ] || exit "$status"
