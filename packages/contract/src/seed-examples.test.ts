import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Compile } from 'typebox/compile';
import { envelopeSchema, eventTable, eventTypes, type EventType } from './events.ts';
import { eventExamples } from './examples/events.ts';
import { isJsonObject, plainObject, type Json, type JsonObject } from './json.ts';
import { createEventValidator } from './validate.ts';

/**
 * The events as they were first published, 14 of the 21 there were, with nothing but the keys of that time. Whatever is added
 * later, a reader of these has to go on working.
 */
const examples = readExamples();
const validate = createEventValidator();

function readExamples(): readonly { readonly type: EventType; readonly data: JsonObject }[] {
  const text = readFileSync(new URL('../fixtures/seed-examples.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  assert.ok(Array.isArray(parsed));
  return parsed.map((example: Json) => {
    assert.ok(isJsonObject(example) && isJsonObject(example['data']));
    const type = eventTypes.find((type) => type === example['type']);
    assert.ok(type !== undefined, `unknown type ${String(example['type'])}`);
    assert.deepEqual(Object.keys(example), ['type', 'data']);
    return { type, data: example['data'] };
  });
}

/** With the keys that came later, taken from our own example of the same event. */
function completed(type: EventType, data: JsonObject): JsonObject {
  return { ...data, ...withoutKeys(plainObject(eventExamples[type].data), Object.keys(data)) };
}

function withoutKeys(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** The schema of the event, asking only for the keys that `data` has. */
function schemaOfThen(type: EventType, data: JsonObject): JsonObject {
  const resource = { ...plainObject(eventTable[type].data), required: Object.keys(data) };
  const properties = { type: { const: type }, data: resource };
  return { type: 'object', required: ['type', 'data'], additionalProperties: false, properties };
}

/** Two checkers that know nothing of one another. */
function checkersOf(schema: JsonObject): { readonly [name in 'Ajv' | 'TypeBox']: (value: Json) => boolean } {
  const ajv = new Ajv2020({ strict: true }).compile(schema);
  const typebox = Compile(schema);
  return { Ajv: (value) => ajv(value), TypeBox: (value) => typebox.Check(value) };
}

function requiredKeys(type: EventType): readonly string[] {
  return eventTable[type].data.required;
}

test('there are the 21 events of the beginning, by these names, before those that came later', () => {
  const names = [
    'activeflow_created activeflow_updated activeflow_deleted',
    'call_created call_ringing call_answered call_updated call_hungup',
    'queue_created queue_updated queue_deleted',
    'queuecall_created queuecall_entering queuecall_serviced',
    'queuecall_kicking queuecall_done queuecall_abandoned',
    'agent_created agent_updated agent_deleted agent_status_updated',
  ].flatMap((line) => line.split(' '));
  assert.equal(names.length, 21);
  assert.deepEqual(eventTypes.slice(0, 21), names);
  assert.ok(eventTypes.length > 21);
});

test('fourteen of them were published with an example', () => {
  assert.equal(new Set(examples.map(({ type }) => type)).size, 14);
});

for (const { type, data } of examples) {
  test(`${type}: the published example fits the schema, for Ajv and for TypeBox`, () => {
    const { Ajv, TypeBox } = checkersOf(schemaOfThen(type, data));
    assert.ok(Ajv({ type, data }));
    assert.ok(TypeBox({ type, data }));
  });

  test(`${type}: with the keys that came later it is a whole event of today`, () => {
    assert.deepEqual(validate({ type, data: completed(type, data) }), []);
  });

  test(`${type}: the keys of then come first, in their order, and each is still required`, () => {
    const schema = eventTable[type].data;
    const keys = Object.keys(data);
    assert.deepEqual(Object.keys(schema.properties).slice(0, keys.length), keys);
    for (const key of keys) assert.ok(requiredKeys(type).includes(key), key);
  });

  test(`${type}: without a key, or with a value of another type, it is no such event`, () => {
    const whole: JsonObject = { type, data: completed(type, data) };
    const { Ajv, TypeBox } = checkersOf(plainObject(envelopeSchema(type)));
    assert.ok(Ajv(whole) && TypeBox(whole));
    const broken = [...mutations(whole)];
    assert.ok(broken.length >= 2 * Object.keys(data).length, `${broken.length} mutations`);
    for (const { change, value } of broken) {
      assert.ok(!Ajv(value), `Ajv takes it: ${change}`);
      assert.ok(!TypeBox(value), `TypeBox takes it: ${change}`);
      assert.notDeepEqual(validate(value), [], `the validator takes it: ${change}`);
    }
  });
}

test('a queue has the keys of then first, each required, though no example was published', () => {
  const keys = [
    'id name detail routing_method tag_ids wait_actions wait_timeout service_timeout',
    'wait_queue_call_ids service_queue_call_ids total_incoming_count total_serviced_count',
    'total_abandoned_count total_waittime total_service_duration tm_create tm_update tm_delete',
  ].flatMap((line) => line.split(' '));
  const properties = Object.keys(eventTable.queue_created.data.properties);
  assert.deepEqual(properties.slice(0, keys.length), keys);
  for (const key of keys) assert.ok(requiredKeys('queue_created').includes(key), key);
});

interface Mutation {
  readonly change: string;
  readonly value: JsonObject;
}

/** May be left out, and what it holds is nobody's business but the action's. */
const free = new Set(['option', 'tm_execute', 'statistics']);

/** Every way to leave one key out, or to give one value another type or form. */
function* mutations(value: JsonObject, path = ''): Generator<Mutation> {
  for (const [key, child] of Object.entries(value)) {
    const at = `${path}/${key}`;
    if (!free.has(key)) yield { change: `${at} left out`, value: withoutKeys(value, [key]) };
    for (const other of otherTypes(child)) {
      yield { change: `${at} = ${JSON.stringify(other)}`, value: { ...value, [key]: other } };
    }
    if (key === 'option') continue;
    for (const { change, value: changed } of mutationsWithin(child, at)) {
      yield { change, value: { ...value, [key]: changed } };
    }
  }
}

function* mutationsWithin(
  child: Json,
  at: string,
): Generator<{ readonly change: string; readonly value: Json }> {
  if (isJsonObject(child)) yield* mutations(child, at);
  if (!Array.isArray(child)) return;
  const items: readonly Json[] = child;
  for (const [index, item] of items.entries()) {
    for (const other of otherTypes(item)) {
      yield { change: `${at}/${index} = ${JSON.stringify(other)}`, value: items.with(index, other) };
    }
    for (const { change, value } of mutationsWithin(item, `${at}/${index}`)) {
      yield { change, value: items.with(index, value) };
    }
  }
}

function otherTypes(value: Json): readonly Json[] {
  const others: readonly Json[] = [null, true, 7.5, {}, []];
  if (Array.isArray(value)) return ['', ...others.slice(0, 4)];
  if (isJsonObject(value)) return ['', ...others.slice(0, 3), []];
  if (typeof value === 'number') return ['0', ...others];
  if (typeof value === 'boolean') return ['', 'true', null, 1, {}, []];
  return [...others, ...(typeof value === 'string' ? otherForms(value) : [])];
}

/** Texts that a text of a certain form must not become. */
function otherForms(text: string): readonly Json[] {
  if (/^\d{4}-\d{2}-\d{2} /.test(text))
    return ['', text.replace(' ', 'T'), `${text}Z`, text.slice(0, 19), text.slice(0, 23), `${text}0`];
  if (/^[0-9a-f]{8}-/.test(text)) return ['', text.slice(1), `{${text}}`];
  return [];
}
