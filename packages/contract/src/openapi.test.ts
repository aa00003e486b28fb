import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { eventTypes } from './events.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { openapiDocument } from './openapi.ts';
import { operationIds, operations, possibleErrors } from './operations.ts';

const document = openapiDocument({ version: '1.2.3', serverUrl: 'http://127.0.0.1:8080' });

function at(value: Json | undefined, ...keys: readonly string[]): JsonObject {
  let here: Json | undefined = value;
  for (const key of keys) here = isJsonObject(here) ? here[key] : undefined;
  assert.ok(isJsonObject(here), `nothing at ${keys.join(' ')}`);
  return here;
}

/** Every object in the document, with where it stands. */
function* objects(
  value: Json,
  path = '#',
): Generator<{ readonly path: string; readonly object: JsonObject }> {
  if (isJsonObject(value)) yield { path, object: value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* objects(child, `${path}/${key}`);
}

/** All operations, of paths and of webhooks. */
function allOperations(): readonly JsonObject[] {
  const items = [...Object.values(at(document, 'paths')), ...Object.values(at(document, 'webhooks'))];
  return items.flatMap((item) => Object.values(at(item))).map((operation) => at(operation));
}

test('it says which OpenAPI, which product version and where', () => {
  assert.equal(document['openapi'], '3.1.1');
  assert.equal(at(document, 'info')['version'], '1.2.3');
  assert.deepEqual(document['servers'], [{ url: 'http://127.0.0.1:8080' }]);
});

test('it is JSON and nothing else', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(document)), document);
});

test('every reference leads somewhere', () => {
  let references = 0;
  for (const { path, object } of objects(document)) {
    if (path.includes('/example')) continue;
    const reference = object['$ref'];
    if (typeof reference !== 'string') continue;
    references += 1;
    assert.ok(reference.startsWith('#/'), path);
    at(document, ...reference.slice(2).split('/'));
  }
  assert.ok(references > 200, `only ${references} references`);
});

test('every operation and every webhook is there, each with an id of its own', () => {
  const ids = allOperations().map((operation) => operation['operationId']);
  const expected = [...operationIds, ...eventTypes.map((type) => `on_${type}`)];
  assert.equal(ids.length, expected.length);
  assert.deepEqual(new Set(ids), new Set(expected));
  assert.deepEqual(Object.keys(at(document, 'webhooks')), [...eventTypes]);
});

test('an operation stands where its request goes', () => {
  for (const id of operationIds) {
    const { method, path } = operations[id];
    assert.equal(at(document, 'paths', path, method.toLowerCase())['operationId'], id);
  }
});

test('every key in the braces of a path is declared, and required', () => {
  for (const [path, item] of Object.entries(at(document, 'paths'))) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const operation of Object.values(at(item))) {
      const parameters = at(operation)['parameters'];
      const declared = (Array.isArray(parameters) ? parameters : []).map((parameter: Json) => at(parameter));
      const ofPath = declared.filter((parameter) => parameter['in'] === 'path');
      assert.deepEqual(
        ofPath.map((parameter) => parameter['name']),
        names,
      );
      assert.ok(ofPath.every((parameter) => parameter['required'] === true));
    }
  }
});

test('every operation answers 200 and names its errors; every tag and security scheme is declared', () => {
  const tags = document['tags'];
  assert.ok(Array.isArray(tags));
  const declared = new Set(tags.map((tag: Json) => at(tag)['name']));
  const schemes = at(document, 'components', 'securitySchemes');
  for (const operation of allOperations()) {
    const { tags: used, security, responses } = operation;
    assert.ok(Array.isArray(used) && used.every((tag: Json) => declared.has(tag)));
    assert.ok(Array.isArray(security));
    for (const need of security) for (const name of Object.keys(at(need))) at(schemes, name);
    const statuses = Object.keys(at(responses));
    assert.ok(statuses.includes('200') ? statuses.includes('500') : statuses.includes('2XX'));
  }
});

test('every reason that an operation may give is told in some reply', () => {
  const told = JSON.stringify(at(document, 'components', 'responses'));
  for (const id of operationIds) {
    for (const reason of possibleErrors(operations[id])) assert.ok(told.includes(`\`${reason}\``), reason);
  }
});

test('every schema is JSON Schema 2020-12, and every example fits its schema', () => {
  const ajv = new Ajv2020({ strict: true, keywords: ['components'] });
  ajv.addSchema({ $id: 'parley:api', components: at(document, 'components') });
  let examples = 0;
  for (const [name, schema] of Object.entries(at(document, 'components', 'schemas'))) {
    const check = ajv.compile({ $ref: `parley:api#/components/schemas/${name}` });
    const given = at(schema)['examples'];
    for (const example of Array.isArray(given) ? given : []) {
      assert.ok(check(example), `${name}: ${ajv.errorsText(check.errors)}`);
      examples += 1;
    }
  }
  assert.ok(examples >= 20, `only ${examples} examples`);
});

test('every webhook has the body of its event, with an example that fits', () => {
  const ajv = new Ajv2020({ strict: true, keywords: ['components'] });
  for (const type of eventTypes) {
    const media = at(document, 'webhooks', type, 'post', 'requestBody', 'content', 'application/json');
    const check = ajv.compile({ ...at(media, 'schema'), components: at(document, 'components') });
    assert.ok(check(media['example']), `${type}: ${ajv.errorsText(check.errors)}`);
    assert.ok(!check({ ...at(media, 'example'), type: 'other' }), type);
  }
});
