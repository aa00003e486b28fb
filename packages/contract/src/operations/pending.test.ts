import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Compile } from 'typebox/compile';
import { componentName } from '../components.ts';
import { nilId } from '../ids.ts';
import { plainObject } from '../json.ts';
import { operations } from '../operations.ts';
import type { Operation } from './operation.ts';
import { pendingComponents, pendingOperations } from './pending.ts';

const pending: readonly (readonly [string, Operation])[] = Object.entries(pendingOperations);
const { createCalls, sendCallDigits, startCallRecording, muteCall, createConference } = pendingOperations;

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

test('a call needs someone who calls and someone to call, and no more', () => {
  const body = Compile(createCalls.body);
  const source = { target: '+15550100100' };
  assert.ok(body.Check({ source, destinations: [{ target: '+15550100123' }] }));
  assert.ok(
    body.Check({
      source,
      destinations: [
        { type: 'endpoint', target: '1001@bakery' },
        { type: 'agent', target: nilId },
      ],
      flow_id: nilId,
      actions: [{ type: 'answer' }],
      variables: { 'order.number': '17', line: 'a\nb' },
      early_execution: true,
      anonymous: 'yes',
      timeout: 180,
    }),
  );
  const wrong = [
    { source, destinations: [] },
    { destinations: [source] },
    { source, destinations: [source], timeout: 0 },
    { source, destinations: [source], timeout: 181 },
    { source, destinations: [source], anonymous: true },
    { source, destinations: [source], variables: { '': 'x' } },
    { source, destinations: [source], variables: { x: 1 } },
    { source: { ...source, port: 5060 }, destinations: [source] },
    { source, destinations: Array.from({ length: 51 }, () => source) },
  ];
  for (const value of wrong) assert.ok(!body.Check(value), JSON.stringify(value));
});

test('a conference has one of two types, a recording may begin without a word', () => {
  const conference = Compile(createConference.body);
  for (const type of ['conference', 'connect']) assert.ok(conference.Check({ type }));
  for (const body of [{}, { type: 'queue' }, { type: 'connect', timeout: -1 }]) {
    assert.ok(!conference.Check(body), JSON.stringify(body));
  }
  const recording = Compile(startCallRecording.body);
  assert.ok(recording.Check({}));
  assert.ok(recording.Check({ format: 'wav', end_of_key: '#', end_of_silence: 3, duration: 60 }));
  for (const body of [{ format: 'mp3' }, { end_of_key: '1' }, { duration: -1 }]) {
    assert.ok(!recording.Check(body), JSON.stringify(body));
  }
});

test('keys are keys, directions are directions', () => {
  const digits = Compile(sendCallDigits.body);
  for (const keys of ['1', '0123456789ABCD*#']) assert.ok(digits.Check({ digits: keys }), keys);
  for (const keys of ['', 'a', '1 2', '1'.repeat(101)]) assert.ok(!digits.Check({ digits: keys }), keys);
  const mute = Compile(muteCall.body);
  for (const body of [{}, { direction: 'in' }, { direction: 'out' }, { direction: 'both' }]) {
    assert.ok(mute.Check(body), JSON.stringify(body));
  }
  assert.ok(!mute.Check({ direction: '' }));
});
