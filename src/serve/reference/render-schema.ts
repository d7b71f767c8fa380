import { html } from './html.js';
import type { Html } from './html.js';

/** As much of JSON Schema as the document has. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
}

const NAMED = '#/components/schemas/';

/** A schema in words, and below it the parts that it is made of. Those with a name of their own are links to it. */
export function renderSchema(schema: Schema): Html {
  return html`${typeOf(schema)}${aside(schema)}${partsOf(schema)}`;
}

export const schemaId = (name: string): string => `schema-${name}`;

function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace(NAMED, '');
    return html`<a href="#${schemaId(name)}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum)
    return html`one of ${joined(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`))}`;
  if (alternativesOf(schema).length > 0) return html`one of`;
  const types = [schema.type ?? (schema.properties ? 'object' : 'anything')].flat();
  const words = types.map((type) =>
    type === 'array' ? html`list of ${typeOf(schema.items ?? {})}` : html`${type}`,
  );
  return joined(words, ' or ');
}

const alternativesOf = ({ anyOf, oneOf }: Schema): readonly Schema[] => anyOf ?? oneOf ?? [];

function aside({ description }: Schema): Html {
  return description === undefined ? html`` : html` <span class="note">${description}</span>`;
}

function partsOf(schema: Schema): Html {
  const alternatives = alternativesOf(schema);
  if (schema.$ref !== undefined) return html``;
  if (alternatives.length > 0)
    return html`<ul>
      ${alternatives.map((alternative) => html`<li>${renderSchema(alternative)}</li>`)}
    </ul>`;
  if (schema.items && schema.items.$ref === undefined) return partsOf(schema.items);
  const { properties = {}, required = [] } = schema;
  const names = Object.keys(properties);
  if (names.length === 0) return html``;
  return html`<ul>
    ${names.map((name) => {
      const must = required.includes(name) ? html` <strong>needed</strong>` : html``;
      return html`<li><code>${name}</code>${must}: ${renderSchema(properties[name] ?? {})}</li>`;
    })}
  </ul>`;
}

function joined(parts: readonly Html[], between = ', '): Html {
  return html`${parts.map((part, at) => (at === 0 ? part : html`${between}${part}`))}`;
}
