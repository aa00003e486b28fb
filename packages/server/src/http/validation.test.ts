import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Id } from '@parley/contract';
import { type TString, Type } from 'typebox';
import { createPartCheck, summarize } from './validation.ts';

const Body = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 3 })),
    method: Type.Optional(Type.Enum(['', 'POST'])),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    items: Type.Array(
      Type.Object(
        { id: Type.String({ pattern: '^x', description: 'Begins with x.' }) },
        { additionalProperties: false },
      ),
      { maxItems: 2 },
    ),
  },
  { additionalProperties: false },
);

function problemsOf(value: unknown) {
  const checked = createPartCheck(Body, 'body')(value);
  assert.ok(!checked.ok);
  return checked.problems.map(({ path, reason, message }) => [path, reason, message]);
}

describe('a checked part of a request', () => {
  it('is given back when it is as it should be', () => {
    const value = { name: 'abc', items: [{ id: 'x1' }] };
    assert.deepEqual(createPartCheck(Body, 'body')(value), { ok: true, value });
  });

  it('names what is missing', () => {
    assert.deepEqual(problemsOf({}), [['items', 'required', 'is missing']]);
  });

  it('names each key that is not known, and the known ones', () => {
    assert.deepEqual(problemsOf({ items: [{ id: 'x', 'a/b': 1 }], foo: 1, bar: 2 }), [
      ['foo', 'unknown_key', 'is not a key that is known here (known: name, method, count, items)'],
      ['bar', 'unknown_key', 'is not a key that is known here (known: name, method, count, items)'],
      ['items[0]["a/b"]', 'unknown_key', 'is not a key that is known here (known: id)'],
    ]);
  });

  it('says what the keys of a map have to be', () => {
    const skills = (form: TString) =>
      createPartCheck(Type.Record(form, Type.Integer(), { additionalProperties: false }), 'body');
    const messageOf = (form: TString) => {
      const checked = skills(form)({ x: 3 });
      return checked.ok ? undefined : checked.problems.map(({ path, message }) => [path, message]);
    };
    assert.deepEqual(messageOf(Id), [
      ['x', 'is not a key that is known here (each has to be a UUID in lower case)'],
    ]);
    assert.deepEqual(messageOf(Type.String({ pattern: '^y' })), [
      ['x', 'is not a key that is known here (each has to match ^y)'],
    ]);
  });

  it('names keys that are not known however many there are', () => {
    for (const count of [7, 8, 9, 50]) {
      const unknown = Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
      const problems = problemsOf({ items: [], ...unknown });
      assert.deepEqual(problems[0]?.slice(0, 2), ['k0', 'unknown_key'], String(count));
      assert.equal(problems.length, Math.min(count, 8));
    }
    assert.deepEqual(problemsOf({ items: [], 1: 1 })[0]?.slice(0, 2), ['["1"]', 'unknown_key']);
  });

  it('says what each field has to be', () => {
    assert.deepEqual(problemsOf({ name: 5, method: 'GET', count: 1.5, items: [{ id: 'y' }] }), [
      ['name', 'wrong_type', 'has to be a text'],
      ['method', 'not_one_of', 'has to be one of "", "POST"'],
      ['count', 'wrong_type', 'has to be a whole number'],
      ['items[0].id', 'wrong_form', 'is not of the form that it needs: Begins with x'],
    ]);
  });

  it('says what is too much', () => {
    const items = [{ id: 'x' }, { id: 'x' }, { id: 'x' }];
    assert.deepEqual(
      problemsOf({ name: 'abcd', count: 6, items }).map(([path, reason]) => [path, reason]),
      [
        ['name', 'too_long'],
        ['count', 'out_of_range'],
        ['items', 'too_long'],
      ],
    );
  });

  it('is an object before it is anything else', () => {
    for (const value of [null, [], 'text', 5, undefined]) {
      assert.deepEqual(problemsOf(value), [['', 'wrong_type', 'has to be an object']]);
    }
  });

  it('may have one of several types, and says which', () => {
    const check = createPartCheck(Type.Object({ option: Type.Unsafe({ type: ['object', 'null'] }) }), 'body');
    const checked = check({ option: 'x' });
    assert.deepEqual(checked.ok ? [] : checked.problems.map(({ message }) => message), [
      'has to be an object or null',
    ]);
    assert.ok(check({ option: null }).ok);
  });

  it('turns the text of a query into numbers, and only there', () => {
    const Query = Type.Object({ size: Type.Integer() }, { additionalProperties: false });
    assert.deepEqual(createPartCheck(Query, 'query')({ size: '5' }), { ok: true, value: { size: 5 } });
    assert.equal(createPartCheck(Query, 'query')({ size: 'five' }).ok, false);
    assert.equal(createPartCheck(Query, 'query')({ size: '' }).ok, false);
    assert.equal(createPartCheck(Query, 'query')({ size: ['1', '2'] }).ok, false);
    assert.equal(createPartCheck(Query, 'body')({ size: '5' }).ok, false);
  });

  it('is summed up in one clause', () => {
    const checked = createPartCheck(Body, 'body')({ items: [], foo: 1, bar: 2 });
    assert.ok(!checked.ok);
    assert.equal(
      summarize(checked.problems),
      '"foo" in the body is not a key that is known here (known: name, method, count, items) (and 1 more)',
    );
  });
});
