import { expect } from 'chai';
import { ItemLimits } from '../../src/serve/access/item-limits.js';
import { parseRate } from '../../src/serve/access/rate.js';
import { CONTRACTS } from '../../src/serve/contracts/registry.js';
import { openApiDocument } from '../../src/serve/openapi/document.js';
import { STATUS } from '../../src/serve/errors.js';
import { FAKE_MODEL, startTestApp } from '../support/app.js';

interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly requestBody?: {
    content: {
      'application/json': {
        examples: Record<string, { value: object }>;
        schema: { $ref?: string };
      };
    };
  };
  readonly responses: Record<string, { headers?: object }>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, { properties?: Record<string, { enum?: unknown[] }> }>;
  };
}

describe('the OpenAPI document', () => {
  it('is answered, and its routes and methods are those that there are', async () => {
    const app = await startTestApp();
    try {
      const { openapi, paths } = (await (await fetch(`${app.url}/openapi.json`)).json()) as Document;
      expect(openapi).to.equal('3.1.0');
      for (const [path, methods] of Object.entries(paths)) {
        for (const [method, { requestBody, responses }] of Object.entries(methods)) {
          const examples = Object.values(requestBody?.content['application/json'].examples ?? {});
          const bodies = requestBody ? examples.map(({ value }) => JSON.stringify(value)) : [null];
          expect(bodies, path).to.not.be.empty;
          for (const body of bodies) {
            const response = await fetch(app.url + path.replace('{name}', 'fake'), {
              method: method.toUpperCase(),
              body,
            });
            await response.arrayBuffer();
            expect(Object.keys(responses), path).to.include(String(response.status));
            expect(response.ok, `${method} ${path}`).to.equal(true);
          }
        }
      }
    } finally {
      await app.close();
    }
  });

  it('has an id for each operation, which is no other one and stays what it is', () => {
    const { paths } = openApiDocument(CONTRACTS) as Document;
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(ids).to.deep.equal([...new Set(ids)]);
    // Programs made of the document have functions of these names.
    expect(ids).to.deep.equal([
      ...['postVectorize', 'postVectors', 'postV1Embeddings', 'postEmbeddings', 'postEmbed', 'postV2Embed'],
      ...['postApiEmbed', 'postQdrantInfer', 'getV1Models', 'getV1ModelsName', 'getModels', 'getModelsName'],
      ...['getInfo', 'getV1Usage', 'getHealth', 'getWellKnownLive', 'headWellKnownLive', 'getWellKnownReady'],
      ...['headWellKnownReady', 'getMeta', 'getOpenapiJson', 'getMetrics'],
    ]);
  });

  it('names the bodies of each contract, and has no name that leads nowhere', () => {
    const document = openApiDocument(CONTRACTS) as Document;
    const schemas = Object.keys(document.components.schemas);
    for (const { name } of CONTRACTS) {
      const capital = name.slice(0, 1).toUpperCase() + name.slice(1);
      expect(schemas).to.include.members([`${capital}Request`, `${capital}Answer`]);
    }
    const named = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name] of named) expect(schemas).to.include(name);
    expect(document.paths['/vectors']?.['post']?.tags).to.deep.equal(['text2vec', 'img2vec']);
  });

  it('has the request of /vectorize as one object, and lists that say what they hold, as generators of clients want them', () => {
    const document = openApiDocument(CONTRACTS) as Document;
    expect(document.components.schemas['VectorizeRequest']).to.have.property('properties');
    expect(document.components.schemas['VectorizeRequest']).to.not.have.any.keys('anyOf', 'oneOf', 'allOf');
    const bare: unknown[] = [];
    JSON.stringify(document, (_key, value: unknown) => {
      const { type, items } = (value ?? {}) as Record<string, unknown>;
      if ([type].flat().includes('array') && items === undefined) bare.push(value);
      return value;
    });
    expect(bare).to.deep.equal([]);
  });

  it('has no two words in one list that a program would write alike', () => {
    const model = { ...FAKE_MODEL, matryoshkaDimensions: [2, 3] };
    const lists: unknown[][] = [];
    JSON.stringify(openApiDocument(CONTRACTS, model), (key, value: unknown) => {
      if (key === 'enum') lists.push(value as unknown[]);
      return value;
    });
    expect(lists).to.have.length.greaterThan(5);
    for (const list of lists) {
      const words = list.map((word) => String(word).toUpperCase());
      expect(words, words.join()).to.have.length(new Set(words).size);
    }
  });

  it('tells the headers about limits and when to try again, as they are sent', async () => {
    const limits = new ItemLimits({ rate: parseRate('2/d') });
    const app = await startTestApp({ access: { limits } });
    try {
      const { paths } = (await (await fetch(`${app.url}/openapi.json`)).json()) as Document;
      const told = paths['/vectorize']?.['post']?.responses ?? {};
      const about = ['ratelimit', 'ratelimit-policy', 'retry-after', 'server-timing'];
      const seen: [number, string[]][] = [];
      for (const texts of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
        const body = JSON.stringify({ texts });
        const response = await fetch(`${app.url}/vectorize`, { method: 'POST', body });
        await response.arrayBuffer();
        seen.push([response.status, about.filter((name) => response.headers.has(name))]);
        const names = Object.keys(told[response.status]?.headers ?? {}).map((name) => name.toLowerCase());
        expect(names).to.include.members(about.filter((name) => response.headers.has(name)));
      }
      expect(seen).to.deep.equal([
        [200, ['ratelimit', 'ratelimit-policy', 'server-timing']],
        [429, ['ratelimit', 'ratelimit-policy', 'retry-after']],
        [413, ['ratelimit', 'ratelimit-policy']],
      ]);
    } finally {
      await app.close();
    }
  });

  it('promises an answer to what the model takes, once it is known', async () => {
    const told = async (parts: Parameters<typeof startTestApp>[0]) => {
      const app = await startTestApp(parts);
      try {
        const { components } = (await (await fetch(`${app.url}/openapi.json`)).json()) as Document;
        const { model, dimensions } = components.schemas['OpenaiRequest']?.properties ?? {};
        return { model: model?.enum, dimensions: dimensions?.enum };
      } finally {
        await app.close();
      }
    };
    expect(await told({})).to.deep.equal({ model: ['fake', null], dimensions: [2, 3, 0, null] });
    expect(await told({ model: () => ({ ...FAKE_MODEL, aliases: ['*'] }) })).to.include({ model: undefined });
    const starting = {
      lifecycle: { phase: () => 'starting' as const },
      model: () => expect.fail('asked too early'),
    };
    expect(await told(starting)).to.deep.equal({ model: undefined, dimensions: undefined });
  });

  it('knows the lengths of vectors in objects within a request, too', () => {
    const { components } = openApiDocument(CONTRACTS, FAKE_MODEL) as Document;
    const config = JSON.stringify(components.schemas['Text2vecRequest']?.properties?.['config']);
    expect(config).to.contain('"enum":[2,3,0,null]');
  });

  it('promises an answer to items that there is a tower for alone', () => {
    const keysOf = (modalities: string[]) => {
      const { components } = openApiDocument(CONTRACTS, { ...FAKE_MODEL, modalities }) as Document;
      const text = JSON.stringify(components.schemas['OpenaiRequest']?.properties?.['input']);
      return Array.from(text.matchAll(/"required":\["(text|image|audio)"\]/g), ([, key]) => key);
    };
    expect(keysOf(['image', 'text'])).to.deep.equal(['text', 'image']);
    expect(keysOf(['text', 'audio'])).to.deep.equal(['text', 'audio']);
  });

  it('tells every status that vectorize can have', async () => {
    const app = await startTestApp();
    try {
      const { paths } = (await (await fetch(`${app.url}/openapi.json`)).json()) as Document;
      const told = Object.keys(paths['/vectorize']?.['post']?.responses ?? {}).map(Number);
      const elsewhere = [STATUS.not_found, STATUS.method_not_allowed];
      const expected = new Set(
        Object.values(STATUS).filter((status) => !elsewhere.includes(status as 404 | 405)),
      );
      expect(told).to.have.members([200, ...expected]);
    } finally {
      await app.close();
    }
  });
});
