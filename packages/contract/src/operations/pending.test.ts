import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Compile } from 'typebox/compile';
import { componentName } from '../components.ts';
import { plainObject } from '../json.ts';
import { operations } from '../operations.ts';
import type { Operation } from './operation.ts';
import { pendingComponents, pendingOperations } from './pending.ts';

const pending: readonly (readonly [string, Operation])[] = Object.entries(pendingOperations);

test('what is agreed on is no second name for what there is', () => {
  const listed: readonly Operation[] = Object.values(operations);
  const requests = [...listed, ...pending.map(([, operation]) => operation)].map(
    ({ method, path }) => `${method} ${path}`,
  );
  assert.equal(new Set(requests).size, requests.length);
  for (const [id] of pending) assert.ok(!(id in operations), id);
});

test('its paths name their parameters, and nothing unknown is taken', () => {
  for (const [id, { path, params, body, query, method }] of pending) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    assert.deepEqual(Object.keys(params?.properties ?? {}), named, id);
    assert.ok(body === undefined || method === 'POST' || method === 'PUT', id);
    for (const schema of [body, query, params]) {
      if (schema !== undefined) assert.ok(!Compile(schema).Check({ colour: 'red' }), id);
    }
  }
});

test('what it takes has a name, here or in the published documents', () => {
  const forms = Object.values(pendingComponents).map((schema) => JSON.stringify(plainObject(schema)));
  assert.equal(new Set(forms).size, forms.length);
  for (const [id, { body }] of pending) {
    if (body === undefined || componentName(body) !== undefined) continue;
    assert.ok(forms.includes(JSON.stringify(plainObject(body))), id);
  }
});

test('every schema is JSON Schema 2020-12', () => {
  const ajv = new Ajv2020({ strict: true });
  for (const schema of Object.values(pendingComponents)) ajv.compile(plainObject(schema));
});

test('a recording may begin without a word', () => {
  const recording = Compile(pendingOperations.startCallRecording.body);
  assert.ok(recording.Check({}));
  assert.ok(recording.Check({ format: 'wav', end_of_key: '#', end_of_silence: 3, duration: 60 }));
  for (const body of [{ format: 'mp3' }, { end_of_key: '1' }, { duration: -1 }]) {
    assert.ok(!recording.Check(body), JSON.stringify(body));
  }
});
