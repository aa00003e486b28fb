import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { envelopeSchema, eventTable, eventTypes } from './events.ts';
import { eventExamples } from './examples/events.ts';
import { plainObject } from './json.ts';
import { createEventValidator } from './validate.ts';

test('every event says what it means and when it is sent', () => {
  for (const type of eventTypes) {
    assert.match(eventTable[type].meaning, /\.$/, type);
    assert.match(eventTable[type].when, /\.$/, type);
  }
});

test('an event is named after its resource', () => {
  for (const type of eventTypes) {
    const resource = type.slice(0, type.indexOf('_'));
    const sibling = eventTypes.find((other) => other.startsWith(`${resource}_`));
    assert.ok(sibling !== undefined && eventTable[type].data === eventTable[sibling].data, type);
  }
});

test('every event has an example that is one to the letter', () => {
  const validate = createEventValidator();
  assert.deepEqual(Object.keys(eventExamples), [...eventTypes]);
  for (const type of eventTypes) {
    assert.equal(eventExamples[type].type, type);
    assert.deepEqual(validate(plainObject(eventExamples[type])), [], type);
  }
});

test('every example fits the published schema, by Ajv', () => {
  const ajv = new Ajv2020({ strict: true });
  for (const type of eventTypes) {
    const check = ajv.compile(plainObject(envelopeSchema(type)));
    assert.ok(check(eventExamples[type]), `${type}: ${ajv.errorsText(check.errors)}`);
  }
});

test('every key of what events carry says what it means', () => {
  for (const type of eventTypes) {
    for (const [key, schema] of Object.entries(eventTable[type].data.properties)) {
      const { description } = plainObject(schema);
      assert.ok(typeof description === 'string' && description !== '', `${type}: ${key}`);
    }
  }
});
