import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCSeq, printCSeq } from './cseq.ts';

test('parseCSeq reads number and method and keeps the case of the method', () => {
  assert.deepEqual(parseCSeq('  0009 \t Invite '), { ok: true, value: { number: 9, method: 'Invite' } });
  assert.deepEqual(parseCSeq('0 ACK'), { ok: true, value: { number: 0, method: 'ACK' } });
});

test('parseCSeq takes numbers up to 2^31 - 1', () => {
  assert.deepEqual(parseCSeq('2147483647 BYE'), { ok: true, value: { number: 2147483647, method: 'BYE' } });
  assert.ok(!parseCSeq('2147483648 BYE').ok);
  assert.ok(!parseCSeq('99999999999999999999 BYE').ok);
});

test('parseCSeq refuses everything else', () => {
  for (const value of ['', '1', 'BYE', '1BYE', '-1 BYE', '1 B(E', '1 BYE x', '1.5 BYE']) {
    assert.deepEqual(parseCSeq(value), { ok: false, error: 'malformedCSeq' }, value);
  }
});

test('printCSeq prints number and method', () => {
  assert.equal(printCSeq({ number: 7, method: 'INVITE' }), '7 INVITE');
});
