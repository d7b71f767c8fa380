/** How Weaviate's modules for one item a request answer, as JSON Schema: what was asked for under its key, its vector, and how long that is. */
export function oneVectorAnswer(key: 'id' | 'text'): object {
  return {
    type: 'object',
    required: [key, 'vector', 'dim'],
    properties: {
      [key]: { type: 'string' },
      vector: { $ref: '#/components/schemas/Vector' },
      dim: { type: 'integer' },
    },
  };
}
