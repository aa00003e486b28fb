import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Type } from 'typebox';
import { componentName, components, componentSchemas, referring } from './components.ts';
import { eventTable, eventTypes } from './events.ts';
import { bodyExamples } from './examples/resources.ts';
import { idOf } from './ids.ts';
import { plainObject } from './json.ts';
import { operationIds, operations } from './operations.ts';
import type { Operation } from './operations/operation.ts';

test('no two named schemas have the same form, so that each is found by its own name', () => {
  for (const [name, schema] of Object.entries(components)) assert.equal(componentName(schema), name);
});

test('what operations take and answer, and what events carry, has a name', () => {
  for (const id of operationIds) {
    const { body, reply }: Operation = operations[id];
    if (body !== undefined) assert.notEqual(componentName(body), undefined, id);
    const generic = id === 'metrics' || id === 'getOpenapi' || id === 'getRecordingFile';
    assert.equal(componentName(reply.schema) === undefined, generic, id);
  }
  for (const type of eventTypes) assert.notEqual(componentName(eventTable[type].data), undefined, type);
});

test('where a named schema is used with words of its own, the words stand beside the reference', () => {
  assert.deepEqual(referring(Type.Object({ id: Type.Optional(idOf('The call.')) })), {
    type: 'object',
    properties: { id: { $ref: '#/components/schemas/Id', description: 'The call.' } },
  });
});

test('a named schema is not a reference to itself', () => {
  const { Call, Id } = componentSchemas();
  assert.equal(Call?.['type'], 'object');
  assert.equal(Id?.['type'], 'string');
});

test('every example of a body is one, by Ajv', () => {
  const ajv = new Ajv2020({ strict: true });
  const schemas: Readonly<Record<string, object>> = components;
  for (const [name, example] of Object.entries(bodyExamples)) {
    const schema = schemas[name];
    assert.ok(schema !== undefined, `${name} is no component`);
    const check = ajv.compile(plainObject(schema));
    assert.ok(check(example), `${name}: ${ajv.errorsText(check.errors)}`);
  }
});
