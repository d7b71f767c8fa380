import { HandspringError } from '../../core/errors.js';
import { parseCertificate, parseKey } from '../../serve/tls/certificate.js';
import { parseKeysFile } from '../../serve/access/keys-file.js';
import { parseAllowedHosts } from '../../serve/image-addresses/allowed-hosts.js';
import { parseRate } from '../../serve/access/rate.js';
import * as value from './option-values.js';
import { SERVERS, option } from './option.js';

/** Who may call, and how much. */
/** A page that people read, not a book: characters. */
const NOTICE_CHARACTERS = 20_000;

function checkNotice(text: string): void {
  if (text.length > NOTICE_CHARACTERS || text.includes('\u{fffd}'))
    throw new HandspringError('invalid_request', `expected at most ${NOTICE_CHARACTERS} characters of UTF-8`);
}

export const ACCESS_OPTIONS = {
  allowedTokens: option({
    flag: '--allowed-tokens',
    env: 'AUTHENTICATION_ALLOWED_TOKENS',
    placeholder: 'TOKENS',
    parse: value.tokens,
    fallback: '',
    doc: 'Tokens, one of which every route for vectors and the search page then ask for, with commas between. Weaviate sends one that is in its address, http://any:TOKEN@host:8080. The variable keeps them out of the list of processes',
    commands: SERVERS,
    secret: true,
  }),
  tlsCert: option({
    flag: '--tls-cert',
    env: 'TLS_CERT',
    placeholder: 'FILE',
    parse: (text) => text,
    checkFile: (file) => void parseCertificate(file),
    fallback: '',
    doc: 'A certificate as PEM, its chain below it: PORT then answers https, and GRPC_PORT TLS. Read again whenever it changes; OPS_PORT stays without',
    commands: [...SERVERS, 'doctor'],
  }),
  tlsKey: option({
    flag: '--tls-key',
    env: 'TLS_KEY',
    placeholder: 'FILE',
    parse: (text) => text,
    checkFile: (file) => void parseKey(file),
    fallback: '',
    doc: 'Its private key as PEM, without a passphrase',
    commands: [...SERVERS, 'doctor'],
  }),
  keysFile: option({
    flag: '--keys-file',
    env: 'KEYS_FILE',
    placeholder: 'FILE',
    parse: (text) => text,
    checkFile: (file) => void parseKeysFile(file),
    fallback: '',
    doc: 'A JSON file of keys with names and limits of their own, read again whenever it changes; see docs/operating.md',
    commands: [...SERVERS, 'doctor'],
  }),
  rateLimit: option({
    flag: '--rate-limit',
    env: 'RATE_LIMIT',
    placeholder: 'off|N/m',
    parse: value.wordOr('off', parseRate),
    fallback: 'off',
    doc: 'Most texts and images of one caller (its key, else its address) in a time, such as 600/m (s, m, h or d); more are answered 429',
    commands: SERVERS,
  }),
  quota: option({
    flag: '--quota',
    env: 'QUOTA',
    placeholder: 'off|N/d',
    parse: value.wordOr('off', parseRate),
    fallback: 'off',
    doc: 'A second, longer limit of the same kind, such as 100000/d. Both are counted in memory, per process',
    commands: SERVERS,
  }),
  limitsUrl: option({
    flag: '--limits-url',
    env: 'LIMITS_URL',
    placeholder: 'URL',
    parse: value.optional(value.storeAddress),
    fallback: '',
    doc: 'A Valkey or Redis in which replicas count their callers together, such as redis://:password@store:6379, or rediss:// with TLS; without one each replica counts for itself',
    commands: SERVERS,
    secret: true,
  }),
  noticeFile: option({
    flag: '--notice-file',
    env: 'NOTICE_FILE',
    placeholder: 'FILE',
    parse: (text) => text,
    checkFile: checkNotice,
    fallback: '',
    doc: 'A text for the page at /, such as how to get a key: paragraphs with empty lines between; addresses of pages and of mail become links',
    commands: ['serve'],
  }),
  trustedProxies: option({
    flag: '--trusted-proxies',
    env: 'TRUSTED_PROXIES',
    placeholder: 'ADDRESSES',
    parse: value.addresses,
    fallback: '',
    doc: "Proxies whose X-Forwarded-For is believed when callers are counted by address: IP addresses, ranges, or loopback, linklocal, uniquelocal. Without any, nobody's is",
    commands: SERVERS,
  }),
  corsOrigins: option({
    flag: '--cors-origins',
    env: 'CORS_ORIGINS',
    placeholder: 'off|*|ORIGINS',
    parse: value.origins,
    fallback: 'off',
    doc: 'Origins whose pages may call from a browser (CORS), with commas between, such as https://example.org,http://localhost:5173; * for all',
    commands: ['serve'],
  }),
  imageUrls: option({
    flag: '--image-urls',
    env: 'IMAGE_URLS',
    placeholder: 'off|HOSTS',
    parse: parseAllowedHosts,
    fallback: 'off',
    doc: 'Hosts from which images may be fetched where a request has their address, with commas between: images.example.org, .example.org for all below it, http://images.example.org without TLS, private:http://minio:9000 for one in a private network, or the word public for every public host. Never on /vectorize. See SECURITY.md',
    commands: SERVERS,
  }),
  otlpEndpoint: option({
    flag: '--otlp-endpoint',
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    placeholder: 'URL',
    parse: value.optional(value.webAddress('http://localhost:4318')),
    fallback: '',
    doc: "An OpenTelemetry collector's HTTP address, such as http://localhost:4318: spans of each request, within the caller's trace if it sends a W3C traceparent",
    commands: [...SERVERS, 'doctor'],
  }),
} as const;
