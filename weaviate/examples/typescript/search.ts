// Photos of a folder in Weaviate, found by words and by another photo.
//   npm init -y && npm pkg set type=module && npm install weaviate-client tsx
//   npx tsx search.ts FOLDER "a cat"
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import weaviate, { dataType, generateUuid5, vectors } from 'weaviate-client';

const { WEAVIATE_HOST = 'localhost', WEAVIATE_PORT = '8080', WEAVIATE_GRPC_PORT = '50051' } = process.env;
const [folder = 'samples', query = 'a cat'] = process.argv.slice(2);

const client = await weaviate.connectToLocal({
  host: WEAVIATE_HOST,
  port: Number(WEAVIATE_PORT),
  grpcPort: Number(WEAVIATE_GRPC_PORT),
  timeout: { insert: 300 },
});

if (!(await client.collections.exists('ExamplePhoto'))) {
  await client.collections.create({
    name: 'ExamplePhoto',
    properties: [
      { name: 'title', dataType: dataType.TEXT },
      { name: 'image', dataType: dataType.BLOB },
    ],
    vectorizers: vectors.multi2VecClip({
      imageFields: [{ name: 'image', weight: 0.9 }],
      textFields: [{ name: 'title', weight: 0.1 }],
    }),
  });
}
const photos = client.collections.use<'ExamplePhoto', { title: string; image: string }>('ExamplePhoto');

const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort();
const objects = await Promise.all(
  names.map(async (name) => ({
    id: generateUuid5('ExamplePhoto', name), // the same photo again is the same object
    properties: {
      title: path.parse(name).name.replaceAll('-', ' '),
      image: await readFile(path.join(folder, name), 'base64'),
    },
  })),
);
const { errors } = await photos.data.insertMany(objects);
for (const [at, { message }] of Object.entries(errors)) console.error(`${names[Number(at)]}: ${message}`);

const byWords = await photos.query.nearText(query, { limit: 3, returnMetadata: ['distance'] });
console.log(`photos of "${query}":`);
for (const { properties, metadata } of byWords.objects) {
  console.log(`  ${metadata?.distance?.toFixed(3)} ${properties.title}`);
}

// A Buffer: a short string would be taken for a file's path.
const image = await readFile(path.join(folder, names[0] ?? ''));
const byImage = await photos.query.nearImage(image, { limit: 2, returnMetadata: ['distance'] });
console.log(`photos like ${names[0]}:`);
for (const { properties, metadata } of byImage.objects) {
  console.log(`  ${metadata?.distance?.toFixed(3)} ${properties.title}`);
}
await client.close();
