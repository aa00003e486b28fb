import { element, json, opening, prose } from './element.js';

/** The schema that a reference names, with what stands beside the reference; its name, when it has one. */
export function resolve(api, schema) {
  const name = schema?.$ref?.split('/').at(-1);
  if (name === undefined) return { name: undefined, schema: schema ?? {} };
  const { $ref: _, ...beside } = schema;
  return { name, schema: { ...api.components.schemas[name], ...beside } };
}

/** A schema as a table of its keys; one that is no object, as its type. */
export function schemaView(api, given) {
  const { schema } = resolve(api, given);
  const keys = Object.entries(schema.properties ?? {});
  if (schema.type === 'array') return [typeLine(api, given), inner(api, schema.items)];
  if (keys.length === 0) return [typeLine(api, given)];
  const required = new Set(schema.required ?? []);
  const rows = keys.map(([key, value]) => keyRow(api, key, value, required.has(key)));
  return [element('table', {}, element('tbody', {}, rows))];
}

/** A value of the form of a schema: its own example, or one made up from its parts. */
export function exampleOf(api, given, depth = 0) {
  const { name, schema } = resolve(api, given);
  const own = schema.examples?.[0] ?? schema.example ?? schema.const ?? schema.default ?? schema.enum?.at(-1);
  if (own !== undefined) return own;
  if (name === 'Id') return '2b3c4d5e-6f70-4812-9a3b-4c5d6e7f8017';
  if (name === 'Timestamp') return '2027-03-09 09:30:00.004118';
  if (schema.anyOf !== undefined) return exampleOf(api, schema.anyOf[0], depth + 1);
  if (schema.type === 'object') return exampleObject(api, schema, depth);
  if (schema.type === 'array') return depth > 4 ? [] : [exampleOf(api, schema.items, depth + 1)];
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 0;
  return schema.type === 'boolean' ? false : '';
}

export function exampleBlock(api, schema) {
  return json(exampleOf(api, schema));
}

function exampleObject(api, schema, depth) {
  if (depth > 4) return {};
  const keys = Object.entries(schema.properties ?? {});
  return Object.fromEntries(keys.map(([key, value]) => [key, exampleOf(api, value, depth + 1)]));
}

function keyRow(api, key, value, required) {
  const { schema } = resolve(api, value);
  return element(
    'tr',
    {},
    element('td', { class: required ? 'name required' : 'name' }, key),
    element('td', {}, typeLine(api, value), element('div', {}, prose(schema.description)), inner(api, value)),
  );
}

/** What is inside a key: opens on demand. */
function inner(api, given) {
  const { name, schema } = resolve(api, given);
  const held = schema.type === 'array' ? resolve(api, schema.items) : { name, schema };
  if (held.schema.properties === undefined) return undefined;
  const title = held.name ?? 'its keys';
  return opening({ class: 'nested' }, title, () => schemaView(api, held.schema));
}

function typeLine(api, given) {
  return element('span', { class: 'type' }, typeText(api, given), limitsText(resolve(api, given).schema));
}

function typeText(api, given) {
  const { name, schema } = resolve(api, given);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => typeText(api, one)).join(' or ');
  if (schema.type === 'array') return `list of ${typeText(api, schema.items)}`;
  return name ?? schema.type ?? 'anything';
}

function limitsText(schema) {
  const limits = ['minimum', 'maximum', 'minLength', 'maxLength', 'maxItems'].filter((key) => key in schema);
  return limits.map((key) => `, ${key} ${schema[key]}`).join('');
}
