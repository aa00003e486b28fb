import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Action, nilId } from '@parley/contract';
import * as fc from 'fast-check';
import { limits } from '../limits.ts';
import { id } from '../scenario.node.ts';
import { fillIn } from './fill-in.ts';
import { jsonBytes } from './json-size.ts';

function withOption(option: Action['option'] & object): Action {
  return { id: id(1), next_id: nilId, type: 'talk', option };
}

const values: Readonly<Record<string, string>> = { a: 'A', b: 'B', open: '${', name: '${a}' };
const read = (name: string): string => values[name.trim()] ?? '';

function filled(text: string): unknown {
  return fillIn(withOption({ text }), read)?.option?.['text'];
}

describe('filling in an option', () => {
  it('puts values in place of names, and nothing in place of unknown ones', () => {
    assert.equal(filled('${a}-${b}-${c}-'), 'A-B--');
    assert.equal(filled('${ a }'), 'A');
    assert.equal(filled('$${a}$'), '$A$');
  });

  it('leaves alone what is not quite a name', () => {
    for (const text of ['${', '${a', '$a', '{a}', '${a{b}', '$ {a}', '']) assert.equal(filled(text), text);
    assert.equal(filled('${${a}}'), '${A}');
  });

  it('does not look into values', () => {
    assert.equal(filled('${name}'), '${a}');
    assert.equal(filled('${open}a}'), '${a}');
  });

  it('reaches every text of an option, keys aside, and no other value', () => {
    const option = { list: ['${a}', 1, null], map: { '${a}': '${b}' }, yes: true, number: 1.5, none: null };
    assert.deepEqual(fillIn(withOption(option), read)?.option, {
      ...option,
      list: ['A', 1, null],
      map: { '${a}': 'B' },
    });
  });

  it('answers the same action when there is nothing to fill in', () => {
    const action = withOption({ text: 'no names, {braces} and ${ though' });
    assert.equal(fillIn(action, read), action);
    const bare: Action = { id: id(1), next_id: nilId, type: 'answer' };
    assert.equal(fillIn(bare, read), bare);
  });

  it('keeps what it is given as it is', () => {
    const action = withOption({ texts: ['${a}'] });
    fillIn(action, read);
    assert.deepEqual(action.option, { texts: ['${a}'] });
  });

  it('answers nothing when the option would be too long, and does not build it first', () => {
    const large = 'x'.repeat(limits.variableValue);
    let reads = 0;
    const readLarge = (): string => {
      reads += 1;
      return large;
    };
    assert.ok(fillIn(withOption({ data: '${a}' }), readLarge) !== undefined);
    assert.equal(fillIn(withOption({ data: '${a}'.repeat(15_000) }), readLarge), undefined);
    assert.ok(reads < 10, `${reads} reads`);
    assert.equal(
      fillIn(withOption({ list: Array.from({ length: 50 }, () => '${a}') }), readLarge),
      undefined,
    );
  });

  it('counts bytes as they are sent, not characters', () => {
    const control = '\u0001'.repeat(20_000);
    assert.equal(
      fillIn(withOption({ data: '${a}' }), () => control),
      undefined,
    );
    const wide = '漢'.repeat(25_000);
    assert.equal(
      fillIn(withOption({ data: '${a}' }), () => wide),
      undefined,
    );
  });

  it('never throws, looks at each name once, and stays within its limit', () => {
    const text = fc
      .array(fc.oneof(fc.string(), fc.constantFrom('${a}', '${', '}', '${x}', '$')))
      .map((parts) => parts.join(''));
    const option = fc.dictionary(fc.string(), fc.oneof(text, fc.array(text), fc.integer(), fc.jsonValue()));
    fc.assert(
      fc.property(option, text, (given, value) => {
        const names: string[] = [];
        const result = fillIn(withOption(given), (name) => {
          names.push(name);
          return value;
        });
        const all = JSON.stringify(given).match(/\$\{[^{}]*\}/g) ?? [];
        // Names in keys are not looked at.
        assert.ok(names.length <= all.length);
        assert.ok(
          result !== undefined && jsonBytes(result.option) <= Math.max(limits.optionBytes, jsonBytes(given)),
        );
      }),
    );
  });
});

describe('the size of a value as JSON', () => {
  it('is what it takes in UTF-8', () => {
    const samples = [
      'a',
      'é',
      '漢',
      '😀',
      '\u0001',
      '"\\',
      '\ud800',
      { key: ['ü', null, 1.5] },
      [],
      undefined,
    ];
    for (const sample of samples)
      assert.equal(
        jsonBytes(sample),
        Buffer.byteLength(JSON.stringify(sample) ?? ''),
        JSON.stringify(sample),
      );
  });

  it('is right for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => jsonBytes(text) === Buffer.byteLength(JSON.stringify(text)),
      ),
    );
  });
});
