import type { ServedModel } from '../contracts/contract.js';

interface Schema {
  readonly properties?: Readonly<Record<string, object>>;
}

/**
 * A request's schema with what follows from the model that is served, under the keys that mean the same in every contract: its
 * names under `model`, under `dimensions` and `output_dimension` the lengths that its vectors may have, and under `prompt_name` its prompts;
 * in objects within it too.
 */
export function ofModel(request: Schema, model: ServedModel): object {
  const { name, aliases, dimensions, matryoshkaDimensions, prompts = {} } = model;
  const lengths = { enum: [...new Set([...matryoshkaDimensions, dimensions]), 0, null] };
  const names = aliases.includes('*') ? {} : { enum: [name, ...aliases, null] };
  const known: Readonly<Record<string, object>> = {
    model: names,
    dimensions: lengths,
    output_dimension: lengths,
    prompt_name: { enum: [...Object.keys(prompts), null] },
  };
  const properties = Object.entries(request.properties ?? {}).map(([key, schema]) => [
    key,
    { ...ofModel(schema, model), ...(Object.hasOwn(known, key) ? known[key] : {}) },
  ]);
  return { ...request, ...(request.properties && { properties: Object.fromEntries(properties) as object }) };
}
