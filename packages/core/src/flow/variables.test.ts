import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Activeflow, type Call, nilId } from '@parley/contract';
import * as fc from 'fast-check';
import { limits } from '../limits.ts';
import { id, Scenario } from '../scenario.node.ts';
import { canonicalName, noVariables, readVariable, type Variables, withVariable } from './variables.ts';

function live(): { call: Call; activeflow: Activeflow } {
  const scenario = Scenario.answered([{ type: 'talk', option: { text: 'a' } }]);
  const found = scenario.centre.liveCall(scenario.callId);
  assert.ok(found?.activeflow !== undefined);
  const source = { ...found.call.source, name: 'n', detail: 'd', target_name: 't' };
  return { call: { ...found.call, source }, activeflow: found.activeflow };
}

const { call, activeflow } = live();
const read = (name: string, set: Variables = noVariables) => readVariable(name, set, call, activeflow);

function given(...entries: readonly (readonly [string, string])[]): Variables {
  return entries.reduce<Variables>((set, [name, value]) => {
    const changed = withVariable(set, name, value);
    assert.ok(changed !== undefined);
    return changed;
  }, noVariables);
}

describe('a variable that is known of the call', () => {
  const known: readonly (readonly [string, string])[] = [
    ['call.source.name', 'n'],
    ['call.source.detail', 'd'],
    ['call.source.target', '+821100000002'],
    ['call.source.target_name', 't'],
    ['call.source.type', 'tel'],
    ['call.destination.name', ''],
    ['call.destination.detail', ''],
    ['call.destination.target', '1000'],
    ['call.destination.target_name', ''],
    ['call.destination.type', 'tel'],
    ['call.id', id(1)],
    ['call.direction', 'incoming'],
    ['call.master_call_id', nilId],
    ['activeflow.id', activeflow.id],
    ['activeflow.flow_id', id(9002)],
    ['activeflow.reference_type', 'call'],
    ['activeflow.reference_id', id(1)],
  ];
  for (const [name, value] of known) {
    it(`is ${name}, by both its names`, () => {
      assert.equal(read(`voipbin.${name}`), value);
      assert.equal(read(`parley.${name}`), value);
    });
  }

  it('is the call as JSON, without the option under way, which may hold that very text', () => {
    const data: Call = JSON.parse(read('voipbin.flow.reference_data'));
    assert.equal(call.action.option?.['text'], 'a');
    assert.equal(data.action.option, undefined);
    assert.deepEqual(data, { ...call, action: data.action });
  });
});

describe('a variable that is not known', () => {
  it('is empty, whatever it is called', () => {
    const names = [
      '',
      'nothing',
      'voipbin.',
      'voipbin.call',
      'voipbin.call.source',
      'voipbin.call.source.uri',
    ];
    const inherited = [
      'constructor',
      '__proto__',
      'toString',
      'voipbin.call.source.constructor',
      '__defineGetter__',
    ];
    for (const name of [...names, ...inherited]) assert.equal(read(name), '', name);
  });

  it('is empty for any text, and reading one never throws', () => {
    fc.assert(fc.property(fc.string(), (name) => read(name) === '' || name.includes('.')));
  });
});

describe('a variable that a flow sets', () => {
  it('is read back by both its names, spaces around them aside', () => {
    const set = given(['parley.mine', 'a'], [' plain ', 'b']);
    assert.deepEqual(
      [read('voipbin.mine', set), read('parley.mine', set), read(' voipbin.mine ', set)],
      ['a', 'a', 'a'],
    );
    assert.equal(read('plain', set), 'b');
    assert.equal(canonicalName(' parley.x '), 'voipbin.x');
  });

  it('stands before what is known of the call', () => {
    assert.equal(read('parley.call.direction', given(['voipbin.call.direction', 'mine'])), 'mine');
  });

  it('takes the place of the one before and leaves the old map alone', () => {
    const before = given(['a', '1']);
    const after = withVariable(before, 'a', '2');
    assert.deepEqual([read('a', before), read('a', after)], ['1', '2']);
  });

  it('may be called anything, even what objects inherit', () => {
    assert.equal(read('__proto__', given(['__proto__', 'x'])), 'x');
  });
});

describe('the limits of variables', () => {
  it('are a number of them, of which those that are there may change', () => {
    const names = Array.from({ length: limits.variables }, (_, index) => [`v${index}`, ''] as const);
    const full = given(...names);
    assert.equal(withVariable(full, 'one more', ''), undefined);
    assert.ok(withVariable(full, 'v5', 'changed') !== undefined);
  });

  it('are the lengths of a name, of a value, and of all together', () => {
    const long = (length: number) => 'x'.repeat(length);
    assert.ok(withVariable(noVariables, long(limits.variableName), '') !== undefined);
    assert.equal(withVariable(noVariables, long(limits.variableName + 1), ''), undefined);
    assert.ok(withVariable(noVariables, 'a', long(limits.variableValue)) !== undefined);
    assert.equal(withVariable(noVariables, 'a', long(limits.variableValue + 1)), undefined);
    const some = given(
      ...Array.from({ length: 7 }, (_, index) => [`${index}`, long(limits.variableValue)] as const),
    );
    assert.equal(withVariable(some, '7', long(limits.variableValue)), undefined);
    assert.ok(withVariable(some, '7', long(100)) !== undefined);
  });
});
