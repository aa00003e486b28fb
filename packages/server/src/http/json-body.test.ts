import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { findForbidden, parseJson } from './json-body.ts';
import { findSyntaxError } from './json-syntax.ts';

const read = (text: string) => parseJson(new TextEncoder().encode(text));

describe('a JSON body', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.deepEqual(read(text), { ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('may begin with a byte order mark', () => {
    assert.deepEqual(read('\uFEFF{"a":1}'), { ok: true, value: { a: 1 } });
  });

  it('is refused with the place where it goes wrong', () => {
    assert.deepEqual(read('{\n  "name": oops\n}'), {
      ok: false,
      error: 'unexpected "o" at line 2, column 11',
    });
    assert.deepEqual(read('{"name": "x",}'), { ok: false, error: 'unexpected "}" at line 1, column 14' });
    assert.deepEqual(read('{"name": '), { ok: false, error: 'it ends too early at line 1, column 10' });
    assert.deepEqual(read(''), { ok: false, error: 'it ends too early at line 1, column 1' });
    const open = 'a string is out of place or not closed';
    assert.deepEqual(read('{"name": "x'), { ok: false, error: `${open} at line 1, column 10` });
    assert.deepEqual(read('{"a": 1 "b": 2}'), { ok: false, error: `${open} at line 1, column 9` });
    assert.deepEqual(read('{"a": 01}'), { ok: false, error: 'unexpected "0" at line 1, column 7' });
    assert.deepEqual(read('[1] 2'), { ok: false, error: 'unexpected "2" at line 1, column 5' });
    assert.deepEqual(parseJson(Uint8Array.of(0x22, 0xff, 0x22)), { ok: false, error: 'it is not UTF-8' });
  });

  it('is refused at the very place where a valid text was cut or spoilt', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, seed) => {
        const cut = text.slice(0, seed % text.length);
        const spoilt = `${text}\u0001`;
        assert.equal(findSyntaxError(spoilt), text.length);
        if (!read(cut).ok) assert.ok(findSyntaxError(cut) <= cut.length);
        if (/^[[{]/.test(cut)) assert.equal(read(cut).ok, false);
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const parsed = parseJson(bytes);
        if (parsed.ok) findForbidden(parsed.value);
      }),
    );
  });
});

describe('what no body may hold', () => {
  it('is found wherever it is', () => {
    const found = (text: string) => findForbidden(JSON.parse(text));
    assert.equal(found('{"a":[{"b/c":"\\u0000"}]}')?.path, 'a[0]["b/c"]');
    assert.equal(found('{"option":{"__proto__":{"x":1}}}')?.path, 'option.__proto__');
    assert.equal(found(`${'['.repeat(33)}${']'.repeat(33)}`)?.reason, 'too_long');
    assert.equal(found(`${'['.repeat(32)}${']'.repeat(32)}`), undefined);
    assert.equal(found('{"a":[1,null,true,"x"]}'), undefined);
  });

  it('is found in bodies that are nested as deep as bytes allow', () => {
    const depth = 500_000;
    const parsed = read('['.repeat(depth) + ']'.repeat(depth));
    assert.ok(!parsed.ok || findForbidden(parsed.value)?.reason === 'too_long');
  });
});
