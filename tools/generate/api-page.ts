import {
  bodyExamples,
  components,
  type Operation,
  operationIds,
  operations,
  possibleErrors,
} from '@parley/contract';
import type { TObject, TSchema } from 'typebox';
import { anchor, code, jsonBlock, page, table } from './markdown.ts';
import { descriptionOf, keyTable, type Links, typeText } from './schema-table.ts';

const onErrorsPage: ReadonlySet<string> = new Set(['ErrorBody', 'FieldProblem', 'FlowProblem']);

/** Told about on this page, in this order: what operations take and answer. */
const bodies = Object.entries(components).flatMap(([name, schema]) => {
  const object = asObject(schema);
  return object === undefined || onErrorsPage.has(name) ? [] : [{ name, schema: object }];
});

const told: ReadonlySet<string> = new Set(bodies.map(({ name }) => name));
const links: Links = (name) => (told.has(name) ? `#${anchor(name)}` : undefined);

/** The page of all operations of the API. */
export function apiPage(): string {
  const tags = [...new Set(operationIds.map((id) => operations[id].tag))];
  return page(
    '# API',
    'JSON over HTTP. The same as an OpenAPI 3.1 document: [openapi.json](openapi.json), or `GET /openapi.json` of a running Parley.',
    '- Say who you are with `Authorization: Bearer KEY`, or `?accesskey=KEY` where a header cannot be set.\n- Lists are `{"result": [...], "next_page_token": ""}`, newest first. `page_size` is 10 unless it is 1 to 100; hand `next_page_token` back as `page_token` for what follows.\n- Changing a resource sets the keys that are sent and leaves the others. Keys that an operation does not know are refused by name.\n- What goes wrong is told in [one form](errors.md).',
    ...tags.map((tag) => `## ${title(tag)}\n\n${tagTable(tag)}`),
    '# Operations',
    ...operationIds.flatMap((id) => operationSection(id, operations[id])),
    '# Bodies',
    ...bodies.flatMap(({ name, schema }) => bodySection(name, schema)),
  );
}

function tagTable(tag: string): string {
  const ids = operationIds.filter((id) => operations[id].tag === tag);
  return table(
    ['operation', 'request', 'what it does'],
    ids.map((id) => {
      const { method, path, summary } = operations[id];
      return [`[${id}](#${anchor(id)})`, code(`${method} ${path}`), summary];
    }),
  );
}

function operationSection(id: string, operation: Operation): readonly string[] {
  return [
    `## ${id}`,
    code(`${operation.method} ${operation.path}`),
    operation.description,
    ...(operation.query === undefined ? [] : ['Query:', keyTable(operation.query, links)]),
    ...(operation.body === undefined ? [] : [`Body: ${typeText(operation.body, links)}`]),
    `Answer: ${answerText(operation)}`,
    `Errors: ${possibleErrors(operation)
      .map((reason) => `[${code(reason)}](errors.md#${anchor(reason)})`)
      .join(', ')}`,
  ];
}

function answerText({ reply }: Operation): string {
  if (reply.contentType === 'audio/wav') return 'a WAV file';
  return reply.contentType === 'text/plain' ? 'text' : typeText(reply.schema, links);
}

function bodySection(name: string, schema: TObject): readonly string[] {
  const example: unknown = Object.entries(bodyExamples).find(([key]) => key === name)?.[1];
  return [
    `## ${name}`,
    ...[descriptionOf(schema)].filter((text) => text !== ''),
    keyTable(schema, links),
    ...(example === undefined ? [] : [jsonBlock(example)]),
  ];
}

function asObject(schema: TSchema): TObject | undefined {
  return 'properties' in schema ? (schema as TObject) : undefined;
}

function title(tag: string): string {
  return `${tag.charAt(0).toUpperCase()}${tag.slice(1)}`;
}
