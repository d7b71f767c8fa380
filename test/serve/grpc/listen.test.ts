import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Server } from '@grpc/grpc-js';
import { expect } from 'chai';
import { startTestGrpc } from '../../support/grpc.js';
import type { TestGrpc } from '../../support/grpc.js';
import { metricIn } from '../../support/metric.js';

describe('the port for gRPC', () => {
  let grpc: TestGrpc;
  const sockets: Socket[] = [];
  const createConnectionInjector = Reflect.get(Server.prototype, 'createConnectionInjector');
  afterEach(async () => {
    Server.prototype.createConnectionInjector = createConnectionInjector;
    sockets.splice(0).forEach((socket) => socket.destroy());
    await grpc.close();
  });

  it('has no session of HTTP/2 begin on a connection that is over MAX_CONNECTIONS', async () => {
    let sessions = 0;
    Server.prototype.createConnectionInjector = function (...given) {
      const injector = createConnectionInjector.apply(this, given);
      const inject = injector.injectConnection.bind(injector);
      injector.injectConnection = (socket) => (sessions++, inject(socket));
      return injector;
    };
    grpc = await startTestGrpc({}, { maxConnections: 2 });
    const open = () => {
      const socket = connect(grpc.port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      return socket;
    };
    await Promise.all([once(open(), 'data'), once(open(), 'data')]); // the settings with which a session begins
    const third = open().resume();
    await once(third, 'close');
    const refused = 'handspring_connections_refused_total{reason="limit"}';
    expect(metricIn(await grpc.metrics.registry.metrics(), refused)).to.equal(1);
    expect(sessions).to.equal(2);
  });
});
