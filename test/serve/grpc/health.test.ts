import { Metadata, status as ends } from '@grpc/grpc-js';
import { expect } from 'chai';
import { startTestGrpc } from '../../support/grpc.js';
import type { TestGrpc } from '../../support/grpc.js';

const HEALTH = 'grpc.health.v1.Health';
const SERVICES = ['', 'handspring.v1.Embeddings', HEALTH];

describe('gRPC health', () => {
  let grpc: TestGrpc;
  let phase: 'starting' | 'ready' | 'stopping';
  beforeEach(async () => {
    phase = 'ready';
    grpc = await startTestGrpc({ lifecycle: { phase: () => phase } });
  });
  afterEach(() => grpc.close());

  const check = async (service: string) => {
    const { code, message } = await grpc.client.ask(`${HEALTH}/Check`, { service });
    return code === Number(ends.OK) ? message?.['status'] : code;
  };

  for (const [now, expected] of [
    ['starting', 2],
    ['ready', 1],
    ['stopping', 2],
  ] as const) {
    it(`says of each service while it is ${now}: ${expected === 1 ? 'SERVING' : 'NOT_SERVING'}`, async () => {
      phase = now;
      for (const service of SERVICES) expect(await check(service), service).to.equal(expected);
      const { message } = await grpc.client.ask(`${HEALTH}/List`, {});
      const statuses = message?.['statuses'] as Record<string, { status: number }>;
      expect(Object.values(statuses).every(({ status }) => status === expected)).to.equal(true);
      expect(Object.keys(statuses)).to.include.members(SERVICES);
    });
  }

  it('does not know other services', async () => {
    expect(await check('other.v1.Service')).to.equal(ends.NOT_FOUND);
  });

  it('tells watchers of each change, and ends their calls when the service stops', async () => {
    const { requestSerialize, responseDeserialize } = grpc.client.method(`${HEALTH}/Watch`);
    const told: number[] = [];
    phase = 'starting';
    const call = grpc.client.makeServerStreamRequest(
      `/${HEALTH}/Watch`,
      requestSerialize,
      responseDeserialize,
      { service: '' },
      new Metadata(),
    );
    const ended = new Promise((resolve) => call.once('end', resolve));
    call.on('data', ({ status }: { status: number }) => {
      told.push(status);
      phase = told.length === 1 ? 'ready' : 'stopping';
    });
    await ended;
    expect(told).to.deep.equal([2, 1, 2]);
  });
});
