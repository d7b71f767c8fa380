import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { connectToWeaviate } from '../../../src/photos/weaviate/connection.js';
import { toEndpoints } from '../../../src/photos/weaviate/address.js';
import type { WeaviateAddress } from '../../../src/photos/weaviate/address.js';
import { NoConnectionError } from '../../../src/photos/weaviate/no-connection.js';

describe('the endpoints of a Weaviate', () => {
  const grpcOf = (url: string, grpcUrl = '') => toEndpoints({ url, grpcUrl }).grpc.href;

  it('have gRPC at port 50051 of the same host unless told otherwise', () => {
    expect(grpcOf('http://localhost:8080')).to.equal('http://localhost:50051/');
    expect(grpcOf('https://db.example.org')).to.equal('https://db.example.org:50051/');
    expect(grpcOf('http://a:8080', 'https://b:443')).to.equal('https://b/');
  });

  it('have gRPC at a host of its own on Weaviate Cloud', () => {
    expect(grpcOf('https://x1.c0.europe.gcp.weaviate.cloud')).to.equal(
      'https://grpc-x1.c0.europe.gcp.weaviate.cloud/',
    );
    expect(grpcOf('https://mine.weaviate.network')).to.equal('https://mine.grpc.weaviate.network/');
  });

  it('are refused if the address is none', () => {
    for (const url of ['localhost:8080', 'ftp://a', '']) {
      expect(() => grpcOf(url)).to.throw('Weaviate: expected an address such as http://localhost:8080');
    }
  });
});

describe('a Weaviate that cannot be connected to', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  /** A server that answers as Weaviate's REST address does, with this status. */
  async function answering(status: number): Promise<string> {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"version":"1.39.0"}');
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A port that nobody listens on. */
  async function closedPort(): Promise<number> {
    const url = await answering(200);
    servers.pop()?.close();
    return Number(new URL(url).port);
  }

  async function failureOf(url: string, more: Partial<WeaviateAddress> = {}): Promise<NoConnectionError> {
    const grpcUrl = `http://127.0.0.1:${await closedPort()}`;
    const address = { url, grpcUrl, apiKey: '', headers: {}, ...more };
    const error = await connectToWeaviate(address).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NoConnectionError);
    expect((error as Error).message).not.to.include('\n');
    return error as NoConnectionError;
  }

  it('is named with its address where nobody answers', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { kind, message } = await failureOf(url);
    expect(kind).to.equal('down');
    expect(message).to.equal(
      `no Weaviate at ${url} (connect ECONNREFUSED ${new URL(url).host}): check --weaviate, its REST address, and that it runs`,
    );
  });

  it('is said to want a key, or another address, by what it answers', async () => {
    const locked = await failureOf(await answering(401), { apiKey: 'wrong' });
    expect(locked.kind).to.equal('denied');
    expect(locked.message).to.match(/answers 401: set WEAVIATE_API_KEY/);
    expect((await failureOf(await answering(404))).message).to.match(/answers 404: check --weaviate/);
  });

  it('is said to answer and not over gRPC, with the proxy that gRPC goes through', async () => {
    const grpcUrl = `http://127.0.0.1:${await closedPort()}`;
    const url = await answering(200);
    const { message } = await failureOf(url, { grpcUrl, grpcProxy: 'http_proxy' });
    expect(message).to.match(
      /^Weaviate answers at \S+, and not over gRPC at 127\.0\.0\.1:\d+, through the proxy/,
    );
    expect(message).to.match(/of http_proxy; no_proxy leaves hosts out \(.+\): set --weaviate-grpc$/);
    expect(message).to.include(new URL(grpcUrl).host);
  });
});
