// What LangChain's OpenAI embeddings for Node make of the service: CALL URL PHOTO prints JSON.
import { OpenAIEmbeddings } from '@langchain/openai';

const [, url] = process.argv.slice(2);
const embeddings = new OpenAIEmbeddings({
  apiKey: 'sk-none',
  model: 'starter',
  configuration: { baseURL: `${url}/v1` },
});
const query = await embeddings.embedQuery('a cat');
const documents = await embeddings.embedDocuments(
  Array.from({ length: 1200 }, (_, at) => `thing number ${at}`),
);
process.stdout.write(JSON.stringify({ query, documents }));
