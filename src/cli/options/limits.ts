import { availableDescriptors, availableMemory } from '../../core/machine.js';
import { MOST_PIXELS } from '../../open/memory-limits.js';
import { MAX_LINGERING } from '../../serve/limits/connections.js';
import * as value from './option-values.js';
import { ALL, SERVERS, option } from './option.js';

/** For a moment a body is there four times: in pieces, whole, as a string and parsed. */
function pendingBytes(): number {
  return Math.min(512 * 2 ** 20, Math.floor(availableMemory() / 16));
}

/** Files that the process has open beside connections: model, threads, photos, sockets of its own; some to spare. */
const OTHER_DESCRIPTORS = 192;

/** Connections for which there are descriptors, those included that linger to be told that they are too many. */
export function connectionsThatFit(descriptors = availableDescriptors()): number {
  return Math.max(1, descriptors - OTHER_DESCRIPTORS - MAX_LINGERING);
}

/** As many as may be; more would use up the files that the process needs itself. */
function parseConnections(text: string): number {
  return value.wholeNumber(1, Math.min(1_000_000, connectionsThatFit()))(text);
}

/** How much is let in at once, and how large one thing may be. */
export const LIMIT_OPTIONS = {
  maxConnections: option({
    flag: '--max-connections',
    env: 'MAX_CONNECTIONS',
    placeholder: 'N',
    parse: value.autoOr(() => Math.min(4096, connectionsThatFit()), parseConnections),
    fallback: 'auto',
    doc: 'Most connections open at once, idle ones too; one more is answered 429 and closed, unless its caller has fewer than another, an idle one of whom then goes. On GRPC_PORT as many again, and as many calls. auto takes 4096, or what the limit on open files (ulimit -n) leaves room for',
    commands: SERVERS,
  }),
  headersTimeoutMs: option({
    flag: '--headers-timeout',
    env: 'HEADERS_TIMEOUT',
    placeholder: 'TIME',
    parse: value.duration(100),
    fallback: '125s',
    doc: 'Longest time for the header lines of a request, from the opening of a connection on; less than 90 s can cut a connection that Weaviate opened in advance',
    commands: SERVERS,
  }),
  bodyTimeoutMs: option({
    flag: '--body-timeout',
    env: 'BODY_TIMEOUT',
    placeholder: 'TIME',
    parse: value.duration(100),
    fallback: '60s',
    doc: 'Longest time for the body of a request, after its header lines; then 408. Over gRPC for a message, and for a stream on which nothing happens',
    commands: SERVERS,
  }),
  minBodyRate: option({
    flag: '--min-body-rate',
    env: 'MIN_BODY_RATE',
    placeholder: 'SIZE',
    parse: value.byteSize(0),
    fallback: '16k',
    doc: 'Least bytes a second, over each five seconds, of a body larger than 64 kB; then 408. 0 is no limit',
    commands: SERVERS,
  }),
  responseTimeoutMs: option({
    flag: '--response-timeout',
    env: 'RESPONSE_TIMEOUT',
    placeholder: 'TIME',
    parse: value.duration(100),
    fallback: '30s',
    doc: 'Longest time for a caller to read an answer; then its connection is ended',
    commands: SERVERS,
  }),
  maxPendingItems: option({
    flag: '--max-pending-items',
    env: 'MAX_PENDING_ITEMS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 1_000_000),
    fallback: '512',
    doc: 'Most texts and images admitted at once; more are answered 429 at once, never queued. A single request of more counts for seven eighths of it',
    commands: SERVERS,
  }),
  maxPendingBytes: option({
    flag: '--max-pending-bytes',
    env: 'MAX_PENDING_BYTES',
    placeholder: 'SIZE',
    parse: value.autoOr(pendingBytes, value.byteSize(1024)),
    fallback: 'auto',
    doc: 'Most request bodies held at once, in bytes; auto takes a sixteenth of the memory limit, at most 512 MB. What has arrived counts, not what is announced; more is answered 429, and small bodies have a sixteenth beside it. Of answers that callers do not read as much again: over it, the oldest connection is ended',
    commands: [...SERVERS, 'doctor'],
  }),
  maxItems: option({
    flag: '--max-items',
    env: 'MAX_ITEMS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 100_000),
    fallback: '256',
    doc: 'Most texts and images in one request; where MAX_TEXTS counts the texts, most images',
    commands: SERVERS,
  }),
  maxTexts: option({
    flag: '--max-texts',
    env: 'MAX_TEXTS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 100_000),
    fallback: '2048',
    doc: "Most texts in one request of the APIs that other clients speak, such as /v1/embeddings and gRPC; Weaviate's modules have MAX_ITEMS",
    commands: SERVERS,
  }),
  maxBodyBytes: option({
    flag: '--max-body-bytes',
    env: 'MAX_BODY_BYTES',
    placeholder: 'SIZE',
    parse: value.byteSize(1024),
    fallback: '65MB',
    doc: 'Largest request body, and largest message of gRPC; images are base64 there, a third larger than the files: the largest image and some texts fit',
    commands: SERVERS,
  }),
  maxImageBytes: option({
    flag: '--max-image-bytes',
    env: 'MAX_IMAGE_BYTES',
    placeholder: 'SIZE',
    parse: value.byteSize(64),
    fallback: '48MB',
    doc: 'Largest encoded image',
    commands: [...ALL, 'import'],
  }),
  maxImagePixels: option({
    flag: '--max-image-pixels',
    env: 'MAX_IMAGE_PIXELS',
    placeholder: 'N',
    parse: value.wholeNumberOrAuto(1, MOST_PIXELS),
    fallback: 'auto',
    doc: "Most pixels in one image, at most Pillow's limit of 178956970. auto takes that, or what decodes in a quarter of the memory limit: at 1 GiB 76 million of a plain JPEG, 25 of a WebP, 10 of an AVIF",
    commands: ALL,
  }),
  maxPendingPixels: option({
    flag: '--max-pending-pixels',
    env: 'MAX_PENDING_PIXELS',
    placeholder: 'N',
    parse: value.wholeNumberOrAuto(1, 100_000_000_000),
    fallback: 'auto',
    doc: 'Most pixels decoded at once; the next image waits. auto takes an eighth of the memory limit, 3.5 bytes a pixel of a plain JPEG; other formats count for what they take',
    commands: ALL,
  }),
  maxSoundSeconds: option({
    flag: '--max-sound-seconds',
    env: 'MAX_SOUND_SECONDS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 3_600),
    fallback: '300',
    doc: 'Longest sound, in seconds; of those at more than 48,000 samples a second fewer, as memory is what it bounds',
    commands: [...ALL, 'import'],
  }),
  maxVideoSeconds: option({
    flag: '--max-video-seconds',
    env: 'MAX_VIDEO_SECONDS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 3_600),
    fallback: '300',
    doc: 'Longest video, in seconds, of at most 240 frames in each',
    commands: [...ALL, 'import'],
  }),
  maxTextChars: option({
    flag: '--max-text-chars',
    env: 'MAX_TEXT_CHARS',
    placeholder: 'N',
    parse: value.wholeNumber(1, 10_000_000),
    fallback: '100000',
    doc: 'Longest text, in characters',
    commands: ALL,
  }),
} as const;
