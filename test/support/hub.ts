import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** How the stand-in misbehaves for one answer of a file's bytes; `ok` answers them. */
export type Fault =
  | { readonly kind: 'ok' }
  /** Sends the first bytes of the rest, then cuts the connection. */
  | { readonly kind: 'truncate'; readonly after: number }
  /** Sends the first bytes of the rest and closes properly, as if that were all. */
  | { readonly kind: 'short'; readonly after: number }
  /** The right number of bytes, all zero. */
  | { readonly kind: 'wrong-bytes' }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Sends the first bytes of the rest, then nothing, with the connection open. */
  | { readonly kind: 'stall'; readonly after: number }
  /** Answers all bytes with 200 though a range was asked for. */
  | { readonly kind: 'ignore-range' }
  | { readonly kind: 'longer' }
  /** Zeros without end, of a size that is not told. */
  | { readonly kind: 'endless' };

export interface StandInFile {
  readonly content: Buffer;
  /** Large files of the hub redirect to another host and announce a SHA-256; small ones answer at once with a Git hash. */
  readonly lfs: boolean;
}

export interface Seen {
  readonly at: 'hub' | 'storage';
  readonly url: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * A hub on loopback that answers like the real one: a list per revision, `resolve` with a *relative* redirect and then
 * one to another origin for large files, `x-linked-etag`, `x-linked-size`, `x-repo-commit`, and range requests.
 * Faults are used up in order, one per answer of bytes.
 */
export class StandInHub {
  /** By path; a test may add to them. */
  readonly files: Record<string, StandInFile>;
  readonly seen: Seen[] = [];
  readonly faults: Fault[] = [];
  /** Overrides what a file's redirect announces. */
  announcedSha256: string | undefined;
  announcedCommit: string | undefined;
  /** Bytes that the hub now serves under the same commit, with the announcements that belong to them. */
  readonly replaced = new Map<string, Buffer>();
  /** Leaves out checksums, as a plain file mirror does. */
  silent = false;
  requiredToken: string | undefined;
  head = 'a'.repeat(40);
  /** What the redirect to the storage looks like; the default is another origin, absolute. */
  redirectTo: ((path: string) => string) | undefined;
  /** What a list request answers instead, such as a proxy's sign-in page. */
  listing: string | Readable | undefined;
  /** Bytes are sent once this resolves. */
  gate: Promise<void> = Promise.resolve();
  /** Called when bytes are asked for, before the gate. */
  onBytesAsked: () => void = () => {};
  readonly #servers: Server[] = [];
  endpoint = '';
  storage = '';

  constructor(
    readonly repository: string,
    files: Readonly<Record<string, StandInFile>>,
  ) {
    this.files = { ...files };
  }

  async start(): Promise<this> {
    this.storage = await this.#listen((req, res) =>
      this.#serveBytes(req, res, decodeURIComponent(req.url!.slice(1))),
    );
    this.endpoint = await this.#listen((req, res) => this.#serveHub(req, res));
    return this;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
  }

  /** Byte answers that reached the storage or the hub itself, in order. */
  downloads(path: string): Seen[] {
    return this.seen.filter(({ url }) => url === `bytes/${path}`);
  }

  async #listen(handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
    const server = createServer(handle);
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #current(path: string): StandInFile | undefined {
    const file = this.files[path];
    const content = this.replaced.get(path);
    return file === undefined || content === undefined ? file : { ...file, content };
  }

  #note(at: 'hub' | 'storage', req: IncomingMessage): void {
    this.seen.push({ at, url: req.url!, range: req.headers.range, authorization: req.headers.authorization });
  }

  #serveHub(req: IncomingMessage, res: ServerResponse): void {
    if (this.requiredToken !== undefined && req.headers.authorization !== `Bearer ${this.requiredToken}`) {
      this.#note('hub', req);
      res.writeHead(401).end('Invalid credentials');
      return;
    }
    const url = req.url!;
    const listing = new RegExp(`^/api/models/${this.repository}/revision/(\\w+)$`).exec(url);
    if (listing !== null) return this.#serveListing(req, res, listing[1]!);
    const cached = /^\/cached\/(.+)$/.exec(url);
    if (cached !== null) return this.#redirectToStorage(req, res, decodeURIComponent(cached[1]!));
    const file = new RegExp(`^/${this.repository}/resolve/(\\w+)/(.+)$`).exec(url);
    if (file === null || (file[1] !== this.head && file[1] !== 'main')) {
      this.#note('hub', req);
      res.writeHead(404).end('Not found');
      return;
    }
    this.#serveResolve(req, res, decodeURIComponent(file[2]!));
  }

  #serveListing(req: IncomingMessage, res: ServerResponse, revision: string): void {
    this.#note('hub', req);
    if (revision !== this.head && revision !== 'main') {
      res.writeHead(404).end('Not found');
      return;
    }
    const siblings = Object.keys(this.files).map((rfilename) => ({ rfilename }));
    res.setHeader('content-type', 'application/json');
    if (this.listing instanceof Readable) this.listing.pipe(res);
    else res.end(this.listing ?? JSON.stringify({ sha: this.head, siblings }));
  }

  #serveResolve(req: IncomingMessage, res: ServerResponse, path: string): void {
    const file = this.#current(path);
    if (file === undefined) {
      this.#note('hub', req);
      res.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end('Entry not found');
      return;
    }
    res.setHeader('x-repo-commit', this.announcedCommit ?? this.head);
    if (!file.lfs) {
      if (!this.silent) res.setHeader('etag', `"${gitBlobOf(file.content)}"`);
      this.#serveBytes(req, res, `bytes/${path}`, 'hub');
      return;
    }
    this.#note('hub', req);
    if (!this.silent) {
      res.setHeader('x-linked-etag', `"${this.announcedSha256 ?? sha256Of(file.content)}"`);
      res.setHeader('x-linked-size', file.content.length);
    }
    // The real hub first redirects within itself, relatively.
    res.writeHead(307, { location: `/cached/${encodeURIComponent(path)}` }).end();
  }

  #redirectToStorage(req: IncomingMessage, res: ServerResponse, path: string): void {
    this.#note('hub', req);
    const location = this.redirectTo?.(path) ?? `${this.storage}/${encodeURIComponent(`bytes/${path}`)}`;
    res.writeHead(302, { location }).end('Found. Redirecting');
  }

  #serveBytes(
    req: IncomingMessage,
    res: ServerResponse,
    route: string,
    at: 'hub' | 'storage' = 'storage',
  ): void {
    const path = route.replace(/^bytes\//, '');
    this.seen.push({
      at,
      url: `bytes/${path}`,
      range: req.headers.range,
      authorization: req.headers.authorization,
    });
    const { content } = this.#current(path)!;
    const fault = this.faults.shift() ?? { kind: 'ok' };
    if (fault.kind === 'status') {
      if (fault.retryAfter !== undefined) res.setHeader('retry-after', fault.retryAfter);
      res.writeHead(fault.status).end('no');
      return;
    }
    const asked = fault.kind === 'ignore-range' ? undefined : /^bytes=(\d+)-$/.exec(req.headers.range ?? '');
    const from = asked === null || asked === undefined ? 0 : Number(asked[1]);
    if (from >= content.length && from > 0) {
      res.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    if (asked) {
      res.statusCode = 206;
      res.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`);
    }
    this.onBytesAsked();
    void this.gate.then(() => sendRest(res, content.subarray(from), fault));
  }
}

function sendRest(res: ServerResponse, rest: Buffer, fault: Fault): void {
  if (fault.kind === 'short') {
    res.removeHeader('content-range');
    res.statusCode = 200;
    res.end(rest.subarray(0, fault.after));
    return;
  }
  if (fault.kind === 'endless') {
    const zeros = Buffer.alloc(1 << 20);
    endless(zeros).pipe(res);
    return;
  }
  if (fault.kind === 'longer') {
    res.end(Buffer.concat([rest, Buffer.alloc(64)]));
    return;
  }
  res.setHeader('content-length', rest.length);
  if (fault.kind === 'truncate') {
    // Cut only once the bytes are out, so that a test can count on them.
    res.write(rest.subarray(0, fault.after), () => res.socket?.destroySoon());
  } else if (fault.kind === 'stall') {
    res.write(rest.subarray(0, fault.after));
  } else {
    res.end(fault.kind === 'wrong-bytes' ? Buffer.alloc(rest.length) : rest);
  }
}

/** The same bytes again and again, for as long as they are taken. */
export function endless(bytes: Buffer, onTaken: (bytes: number) => void = () => {}): Readable {
  return Readable.from(
    (function* () {
      for (;;) {
        onTaken(bytes.length);
        yield bytes;
      }
    })(),
  );
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

export function gitBlobOf(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
