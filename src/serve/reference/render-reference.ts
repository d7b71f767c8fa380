import { html } from './html.js';
import type { Html } from './html.js';
import { renderSchema, schemaId } from './render-schema.js';
import type { Schema } from './render-schema.js';

interface Content {
  readonly 'application/json'?: {
    readonly schema: Schema;
    readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description?: string }>>;
  readonly content?: Content;
}

interface Operation {
  readonly summary: string;
  readonly security?: unknown;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

/** As much of an OpenAPI document as the service's has. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface ReferenceOptions {
  readonly css: string;
  /** Where the service is: `http://localhost:8080`. */
  readonly origin: string;
  /** Whether `/openapi.json` is on the same port. */
  readonly hasDocument: boolean;
  /** The model's name, once it is known. */
  readonly model?: string | undefined;
}

/** The API reference as one page of HTML, which needs nothing but itself. */
export function renderReference(
  document: ApiDocument,
  { css, origin, hasDocument, model = 'starter' }: ReferenceOptions,
): string {
  const { info, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const idOf = (method: string, path: string) => `${method}-${path}`;
  const link = hasDocument ? html`For programs: <a href="/openapi.json">openapi.json</a>.` : '';
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} ${info.version}: the API</title>
<style>`;
  const rest = html`</style>
</head>
<body>
<header>
<h1>${info.title} ${info.version}</h1>
<p>${info.description} ${link}</p>
<p>Where the service asks for a token, send it as <code>Authorization: Bearer TOKEN</code>, or as the password of Basic authentication.</p>
</header>
<nav aria-label="Operations"><ul>
${operations.map(
  ({ method, path, operation }) =>
    html`<li>
      <a href="#${idOf(method, path)}"><b>${method}</b> ${path}</a> ${operation.summary}
    </li> `,
)}
</ul></nav>
<main>
${operations.map(
  ({ method, path, operation }) =>
    html`<section id="${idOf(method, path)}">
      <h2><b>${method}</b> ${path}</h2>
      <p>${operation.summary}${operation.security === undefined ? ', without a token' : ''}</p>
      ${renderExamples(method, `${origin}${path.replace('{name}', model)}`, operation)}${renderRequest(operation)}${renderAnswers(operation)}
    </section> `,
)}<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) =>
    html`<section id="${schemaId(name)}">
      <h3>${name}</h3>
      ${renderSchema(schema)}
    </section> `,
)}</main>
</body>
</html>
`;
  return page.text + css + rest.text;
}

function renderExamples(method: string, url: string, { requestBody }: Operation): readonly Html[] {
  const bodies = Object.values(requestBody?.content['application/json']?.examples ?? {}).map(
    ({ value }) => value,
  );
  const flag = method === 'HEAD' ? '-sI' : '-s';
  const commands =
    bodies.length === 0
      ? [`curl ${flag} ${quoted(url)}`]
      : bodies.map(
          (body) =>
            `curl -s ${quoted(url)} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`,
        );
  return commands.map((command) => html`<pre tabindex="0"><code>${command}</code></pre> `);
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function renderRequest({ requestBody }: Operation): Html {
  const schema = requestBody?.content['application/json']?.schema;
  return schema === undefined
    ? html``
    : html`<h3>Body</h3>
        <div>${renderSchema(schema)}</div> `;
}

function renderAnswers({ responses }: Operation): Html {
  return html`<h3>Answers</h3>
    <dl>
      ${Object.entries(responses).map(([status, { description, headers = {}, content }]) => {
        const schema = content?.['application/json']?.schema;
        const names = Object.keys(headers);
        const told =
          names.length === 0 ? html`` : html` <span class="note">Headers: ${names.join(', ')}</span>`;
        return html`<dt>${status}</dt>
          <dd>${description}${schema ? html`: ${renderSchema(schema)}` : ''}${told}</dd> `;
      })}
    </dl> `;
}
