import { expect } from 'chai';
import { HandspringError } from '../../../src/core/errors.js';
import type { Contract } from '../../../src/serve/contracts/contract.js';
import { CONTRACTS } from '../../../src/serve/contracts/registry.js';
import { startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

/** A toy contract on the path of another one: `{"shout": "a cat"}` is answered with the length of the vector and the model's name. */
const shoutContract: Contract = {
  name: 'shout',
  path: '/vectorize',
  accepts: (body) => typeof body === 'object' && body !== null && 'shout' in body,
  parse(body, { model }) {
    const { shout } = body as { shout: unknown };
    if (typeof shout !== 'string') throw new HandspringError('invalid_request', 'shout: expected a string');
    return {
      items: [{ modality: 'text', content: shout, name: 'shout' }],
      counts: { shouts: 1 },
      render: ({ vectors: [vector] }) => ({ numbers: vector?.length, model: model.name }),
      headers: () => ({ Loud: 'yes' }),
    };
  },
  failure: {
    render: ({ message }) => ({ oh: message }),
    schema: { type: 'object', required: ['oh'] },
  },
  operation: {
    summary: 'A shout',
    request: { type: 'object', required: ['shout'] },
    answer: { type: 'object', required: ['numbers'] },
    example: { shout: 'a cat' },
  },
};

interface Content {
  readonly content: {
    'application/json': { schema: { anyOf: readonly { required?: string[]; $ref?: string }[] } };
  };
}

describe('a contract of its own', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ contracts: [shoutContract, ...CONTRACTS] });
  });
  after(() => app.close());

  const post = async (body: object) => {
    const response = await fetch(`${app.url}/vectorize`, { method: 'POST', body: JSON.stringify(body) });
    return {
      status: response.status,
      loud: response.headers.get('loud'),
      body: (await response.json()) as object,
    };
  };

  it('shares a path with another: the body tells them apart', async () => {
    expect(await post({ shout: 'a cat' })).to.deep.equal({
      status: 200,
      loud: 'yes',
      body: { numbers: 3, model: 'fake' },
    });
    const clip = await post({ texts: ['a cat'] });
    expect(clip.body).to.have.keys('textVectors', 'imageVectors');
    expect(clip.loud).to.equal(null);
  });

  it('fails in its own form, and leaves the others theirs', async () => {
    expect(await post({ shout: 1 })).to.deep.include({
      status: 400,
      body: { oh: 'shout: expected a string' },
    });
    expect((await post({ texts: 1 })).body).to.have.keys('error', 'code');
  });

  it('stands in the OpenAPI document beside the contract whose path it shares', async () => {
    const document = (await (await fetch(`${app.url}/openapi.json`)).json()) as {
      paths: Record<string, { post: { requestBody: Content; responses: Record<number, Content> } }>;
      components: { schemas: Record<string, { required?: string[] }> };
    };
    const { requestBody, responses } = document.paths['/vectorize']!.post;
    const { schemas } = document.components;
    const required = ({ content }: Content) =>
      content['application/json'].schema.anyOf.map((schema) => {
        const [, named] = /^#\/components\/schemas\/(.*)$/.exec(schema.$ref ?? '') ?? [];
        return (named === undefined ? schema : schemas[named])?.required?.join();
      });
    expect(required(requestBody)).to.deep.equal([undefined, 'shout', 'text']);
    expect(required(responses[200]!)).to.deep.equal([
      'textVectors,imageVectors',
      'numbers',
      'text,vector,dim',
    ]);
    expect(required(responses[400]!)).to.deep.equal(['error,code', 'oh']);
  });

  it('has its own label in the metrics', async () => {
    await post({ shout: 'a cat' });
    const text = await app.metrics.registry.getSingleMetricAsString('handspring_requests_total');
    expect(text).to.match(/route="shout",modality="text",outcome="ok"\} [1-9]/);
    expect(text).to.match(/route="shout",modality="none",outcome="invalid_request"\} 1/);
  });
});
