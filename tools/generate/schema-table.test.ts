import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Action, Id, idOf, Timestamp } from '@parley/contract';
import { Type, type TSchema } from 'typebox';
import { keyTable, typeText } from './schema-table.ts';

function text(schema: TSchema): string {
  return typeText(schema, () => undefined);
}

test('a type is told in a few words, bounds included', () => {
  assert.equal(text(Type.String()), 'text');
  assert.equal(text(Type.String({ minLength: 1, maxLength: 9 })), 'text, 1 to 9 characters');
  assert.equal(text(Type.String({ maxLength: 9 })), 'text, at most 9 characters');
  assert.equal(text(Type.Integer({ minimum: 0 })), 'integer from 0');
  assert.equal(text(Type.Integer({ minimum: -1, maximum: 59 })), 'integer -1 to 59');
  assert.equal(text(Type.Number({ maximum: 1.5 })), 'number up to 1.5');
  assert.equal(text(Type.Boolean()), 'boolean');
  assert.equal(text(Type.Enum(['', 'next'])), '`""`, `"next"`');
  assert.equal(text(Type.Literal('up')), '`"up"`');
  assert.equal(
    text(Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 7 })),
    'list (at most 7) of integer from 0',
  );
  assert.equal(
    text(Type.Record(Type.String(), Type.String({ maxLength: 3 }))),
    'object of text, at most 3 characters',
  );
  assert.equal(text(Type.Record(Type.String(), Type.Unknown())), 'object');
  assert.equal(text(Type.Unknown()), 'anything');
  assert.equal(text(Type.Unsafe({ type: ['object', 'null'] })), 'object or null');
});

test('ids and times are called that', () => {
  assert.equal(text(Id), 'id');
  assert.equal(text(idOf('The call.')), 'id');
  assert.equal(text(Type.Array(Timestamp)), 'list of time');
});

test('a schema that has a place of its own is a link to it', () => {
  assert.equal(
    typeText(Type.Array(Action), (name) => `#${name}`),
    'list of [Action](#Action)',
  );
});

test('the table says what is optional and what stands in when it is left out', () => {
  const schema = Type.Object({
    a: Type.String({ description: 'One.' }),
    b: Type.Optional(Type.String({ description: 'Two.', default: 'x' })),
  });
  assert.equal(
    keyTable(schema, () => undefined),
    '| key | type | meaning |\n|---|---|---|\n| `a` | text | One. |\n| `b` | text | Optional. Two. Left out: `"x"`. |',
  );
});
