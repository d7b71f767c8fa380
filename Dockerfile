# linux/amd64 and linux/arm64: docker buildx build --platform linux/amd64,linux/arm64 -t handspring .
# A major version, as the images of both stages are named by it.
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY scripts ./scripts
COPY src ./src
COPY models ./models
RUN npm run -s build && npm prune --omit=dev && node scripts/one-platform.mjs
# The model baked in; the starter is part of the program and needs nothing fetched.
ARG MODEL=starter
RUN mkdir -p /cache/derived && CACHE_DIR=/cache node dist/src/cli/main.js models pull "$MODEL"
COPY samples ./samples
COPY LICENSE ./
# Whoever checked the project out may have a umask that lets nobody else read it, and the program is nobody there.
# Maps of sources and types are for who works on it; the licences beside them stay.
RUN find dist node_modules '(' -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' ')' -delete && \
    rm -rf node_modules/@types && chmod -R a+rX package.json node_modules dist models samples LICENSE

# What reads videos and AAC: one file, which needs nothing.
FROM debian:bookworm-slim AS ffmpeg
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources && apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates dpkg-dev gcc libc6-dev make nasm
COPY scripts/ffmpeg/build.sh ./
RUN ./build.sh /out/usr/local/bin /out/usr/share/doc/ffmpeg

# Node.js and the libraries it needs, no shell and no package manager: what gets in finds no tools. Look inside with
# `docker debug` or `kubectl debug --target`.
FROM gcr.io/distroless/nodejs${NODE_VERSION}-debian12:nonroot
ARG MODEL=starter
LABEL org.opencontainers.image.title="handspring" \
      org.opencontainers.image.description="A drop-in for Weaviate's multi2vec-clip module" \
      org.opencontainers.image.licenses="Apache-2.0"
# glibc keeps eight heaps for each core, and the gaps that photos of all sizes leave in each go on growing for long: two
# heaps, and what has 8 MiB or more goes back to the system as soon as it is free.
ENV NODE_ENV=production PORT=8080 LOG_FORMAT=json MODEL=${MODEL} CACHE_DIR=/cache \
    MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=8388608
# Whose the folder is that WORKDIR makes: not the program's, which could replace its own files there.
USER 0
WORKDIR /app
COPY --from=ffmpeg /out /
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/models ./models
COPY --from=build /app/samples ./samples
COPY --from=build --chown=65532:65532 /cache /cache
# By number, so that Kubernetes can tell that it is not root.
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "fetch(`http://127.0.0.1:${+process.env.OPS_PORT || process.env.PORT}/.well-known/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "dist/src/cli/main.js"]
CMD ["serve"]
