import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { asyncapiDocument } from './asyncapi.ts';
import { eventTypes } from './events.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

const document = asyncapiDocument({ version: '1.2.3' });

function at(value: Json | undefined, ...keys: readonly string[]): JsonObject {
  let here: Json | undefined = value;
  for (const key of keys) here = isJsonObject(here) ? here[key] : undefined;
  assert.ok(isJsonObject(here), `nothing at ${keys.join(' ')}`);
  return here;
}

function referencesIn(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === '$ref' && typeof child === 'string' ? [child] : referencesIn(child),
  );
}

test('it says which AsyncAPI and which product version', () => {
  assert.equal(document['asyncapi'], '3.0.0');
  assert.equal(at(document, 'info')['version'], '1.2.3');
});

test('one channel carries a message for every event, and Parley sends them', () => {
  assert.deepEqual(Object.keys(at(document, 'channels', 'webhook', 'messages')), [...eventTypes]);
  const operation = at(document, 'operations', 'sendEvent');
  assert.equal(operation['action'], 'send');
  assert.equal(at(operation, 'bindings', 'http')['method'], 'POST');
  const { messages } = operation;
  assert.ok(Array.isArray(messages));
  assert.equal(messages.length, eventTypes.length);
});

test('every reference leads somewhere, and nothing stands there unused', () => {
  const references = new Set(referencesIn(document));
  for (const reference of references) at(document, ...reference.slice(2).split('/'));
  for (const name of Object.keys(at(document, 'components', 'schemas'))) {
    assert.ok(references.has(`#/components/schemas/${name}`), name);
  }
});

test('the example of every message fits its payload', () => {
  const ajv = new Ajv2020({ strict: true, keywords: ['components'] });
  for (const type of eventTypes) {
    const message = at(document, 'components', 'messages', type);
    const check = ajv.compile({ ...at(message, 'payload'), components: at(document, 'components') });
    const { examples } = message;
    assert.ok(Array.isArray(examples) && examples.length === 1, type);
    for (const example of examples) {
      assert.ok(check(at(example)['payload']), `${type}: ${ajv.errorsText(check.errors)}`);
    }
  }
});

test('every message has the headers of a delivery', () => {
  for (const type of eventTypes) {
    const headers = at(document, 'components', 'messages', type, 'headers', 'properties');
    assert.deepEqual(Object.keys(headers), ['webhook-id', 'webhook-timestamp', 'webhook-signature']);
  }
});
