import { expect } from 'chai';
import type { Embedder } from '../../../../src/core/embedder.js';
import { fakeEmbedder } from '../../../support/app.js';
import { DATA_URI, IMAGE, OpenaiClient } from './client.js';

const PICTURE = { text: false, length: 2, first: 'I'.charCodeAt(0) };
const word = (text: string) => ({ text: true, length: text.length, first: text.codePointAt(0) ?? 0 });

describe("OpenAI's contract", () => {
  const client = new OpenaiClient();

  describe('takes', () => {
    const seen: object[] = [];
    const embedder: Embedder = {
      embed: (items) => {
        const told = items.map(({ modality, content }) => {
          const { length } = content as string;
          const first =
            typeof content === 'string' ? (content.codePointAt(0) ?? 0) : (content as Uint8Array)[0];
          return { text: modality === 'text', length, first };
        });
        seen.splice(0, seen.length, ...told);
        return fakeEmbedder.embed(items);
      },
    };
    for (const [what, body, expected] of [
      ['a string', { input: 'cat' }, [word('cat')]],
      ['an empty string', { input: '' }, [word('')]],
      ['a list of strings, empty ones too', { input: ['cat', ''] }, [word('cat'), word('')]],
      ['an address as a text', { input: ['https://example.org/a.png'] }, [word('https://example.org/a.png')]],
      ['a lone surrogate, as what stands for it', '{"input":"\\ud800"}', [word('\ufffd')]],
      ["Jina's objects", { input: [{ text: 'cat' }, { image: IMAGE }] }, [word('cat'), PICTURE]],
      [
        'null beside them',
        {
          input: [
            { text: 'cat', image: null },
            { text: null, image: IMAGE },
          ],
        },
        [word('cat'), PICTURE],
      ],
      ['unknown keys beside them', { input: [{ text: 'cat', id: 7 }] }, [word('cat')]],
      [
        'images as data URIs',
        { input: [{ image: DATA_URI }, { image: { url: DATA_URI } }] },
        [PICTURE, PICTURE],
      ],
      [
        "NVIDIA's strings, under any label",
        { input: [DATA_URI, 'cat', DATA_URI.replace('png', 'JPEG')] },
        [PICTURE, word('cat'), PICTURE],
      ],
      ['one image as a string', { input: DATA_URI }, [PICTURE]],
      [
        'a data URI as a text, where all strings are',
        { input: [DATA_URI], modality: 'text' },
        [word(DATA_URI)],
      ],
      [
        'a data URI in an object that says that it is a text',
        { input: [{ text: DATA_URI }] },
        [word(DATA_URI)],
      ],
      ["infinity's images", { input: [IMAGE, DATA_URI], modality: 'image' }, [PICTURE, PICTURE]],
      ["infinity's texts", { input: ['cat'], modality: 'text', encoding_format: null }, [word('cat')]],
      [
        'keys that change nothing',
        {
          input: 'cat',
          user: 'u',
          task: 'x',
          normalized: false,
          truncate: 'START',
          late_chunking: true,
          input_type: 'query',
          return_multivector: false,
          messages: null,
          dimensions: 0,
          model: null,
          modality: null,
          foo: {},
        },
        [word('cat')],
      ],
      ['the last of two keys', '{"input":"dog","input":"cat"}', [word('cat')]],
      [
        'sounds beside texts',
        { input: ['cat', { audio: IMAGE }, { audio: DATA_URI.replace('image/png', 'audio/wav') }] },
        [word('cat'), PICTURE, PICTURE],
      ],
      ['its own name', { input: 'cat', model: 'fake' }, [word('cat')]],
      ['all dimensions', { input: 'cat', dimensions: 3 }, [word('cat')]],
    ] as const) {
      it(what, async () => {
        const { status } = await client.post(body, { embedder });
        expect(status).to.equal(200);
        expect(seen).to.deep.equal(expected);
      });
    }
  });
});
