import { expect } from 'chai';
import { toEndpoints } from '../../../src/photos/weaviate/connection.js';

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
