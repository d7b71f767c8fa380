/** The Weaviate that the tests and `weaviate/run` use: the image's tag, and with a `v` before it the Go module's version. */
export const WEAVIATE_VERSION = '1.39.0';
