import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fieldPath, stepsOfPointer } from './field-path.ts';

describe('the place of a value in a request', () => {
  it('reads like code', () => {
    assert.equal(fieldPath(['actions', 2, 'option', 'text']), 'actions[2].option.text');
    assert.equal(fieldPath(['option', 'a b', '1', 'x.y']), 'option["a b"]["1"]["x.y"]');
    assert.equal(fieldPath([]), '');
  });

  it('can be had from a JSON Pointer', () => {
    assert.deepEqual(stepsOfPointer('/actions/2/a~1b~0c'), ['actions', 2, 'a/b~c']);
    assert.deepEqual(stepsOfPointer(''), []);
  });
});
