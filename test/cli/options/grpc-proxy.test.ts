import { expect } from 'chai';
import { grpcProxyVariable } from '../../../src/cli/options/grpc-proxy.js';

describe('the proxy that gRPC goes through', () => {
  it('is that of the first variable, for a host that none excepts', () => {
    const env = { http_proxy: 'http://proxy:1', https_proxy: 'http://proxy:2', no_proxy: 'b.org,.c.org' };
    expect(grpcProxyVariable('a.org', { ...env })).to.equal('https_proxy');
    expect(grpcProxyVariable('a.org', {})).to.equal('');
    for (const host of ['b.org', 'x.b.org', 'x.c.org']) {
      expect(grpcProxyVariable(host, { ...env }), host).to.equal('');
    }
  });

  it('is none for this machine, and the library is told so', () => {
    const env: NodeJS.ProcessEnv = { http_proxy: 'http://proxy:1', no_proxy: 'b.org' };
    expect(grpcProxyVariable('127.0.0.1', env)).to.equal('');
    expect(env['no_grpc_proxy']).to.equal('b.org,127.0.0.1');
    expect(grpcProxyVariable('[::1]', env)).to.equal('');
    expect(env['no_grpc_proxy']).to.equal('b.org,127.0.0.1,::1');
  });
});
