/**
 * transformers.js behind the contract, as one would write it in an afternoon: its own defaults, each request run by itself.
 *
 *     node server.mjs MODEL PORT
 */
import { createServer } from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  RawImage,
  env,
} from '@huggingface/transformers';

const [folder, port] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = path.dirname(folder);
const model = path.basename(folder);

const [tokenizer, processor, textModel, visionModel] = await Promise.all([
  AutoTokenizer.from_pretrained(model),
  AutoProcessor.from_pretrained(model),
  CLIPTextModelWithProjection.from_pretrained(model, { dtype: 'fp32' }),
  CLIPVisionModelWithProjection.from_pretrained(model, { dtype: 'fp32' }),
]);

async function embedTexts(texts) {
  if (texts.length === 0) return [];
  const { text_embeds } = await textModel(tokenizer(texts, { padding: true, truncation: true }));
  return text_embeds.tolist();
}

async function embedImages(images) {
  if (images.length === 0) return [];
  const read = (base64) => RawImage.fromBlob(new Blob([Buffer.from(base64, 'base64')]));
  const { image_embeds } = await visionModel(await processor(await Promise.all(images.map(read))));
  return image_embeds.tolist();
}

async function vectorize(request) {
  const { texts, images } = await json(request);
  return { textVectors: await embedTexts(texts ?? []), imageVectors: await embedImages(images ?? []) };
}

const server = createServer(async (request, response) => {
  if (request.method === 'GET' && request.url === '/.well-known/ready') return response.writeHead(204).end();
  const isAsked = request.method === 'POST' && request.url === '/vectorize';
  const [status, answer] = isAsked
    ? await vectorize(request).then(
        (vectors) => [200, vectors],
        (error) => [500, { error: String(error) }],
      )
    : [404, { error: 'not found' }];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
