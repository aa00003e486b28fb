import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { finishActionId, Id, idOf, isId, nilId, startActionId } from './ids.ts';

const schema = Compile(Id);

test('the ids with a meaning of their own are ids', () => {
  for (const id of [nilId, startActionId, finishActionId]) assert.ok(isId(id));
  assert.equal(new Set([nilId, startActionId, finishActionId]).size, 3);
});

test('every UUID in lower case is an id, for the function and for the schema', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      assert.ok(isId(id) && schema.Check(id));
    }),
  );
});

test('the function and the schema agree on every text', () => {
  const nearly = fc.stringMatching(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{11,13}$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      assert.equal(isId(text), schema.Check(text));
    }),
  );
});

test('upper case, braces, missing dashes and line ends do not make an id', () => {
  const id = '3f0e7a51-9c46-4f0b-8d0e-6a1c2b7d9e10';
  const wrong = [id.toUpperCase(), `{${id}}`, id.replaceAll('-', ''), `${id}\n`, ` ${id}`, '', 'null'];
  for (const text of wrong) assert.ok(!isId(text) && !schema.Check(text), JSON.stringify(text));
});

test('an id that says what it is for takes the same texts', () => {
  const described = Compile(idOf('The call.'));
  assert.ok(described.Check(nilId));
  assert.ok(!described.Check('call'));
});
