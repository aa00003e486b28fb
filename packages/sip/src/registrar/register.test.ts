import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Binding, inOrderOfCalling, nextExpiry } from './binding.ts';
import { register } from './register.ts';
import { limits, readRegister, type RegisterText } from './testing.node.ts';

/** Registers one after another, each at its time in seconds; the outcome of the last. */
function after(...requests: readonly (RegisterText & { readonly at?: number })[]) {
  let bindings: readonly Binding[] = [];
  let outcome = { bindings, status: 0, headers: [] as readonly (readonly [string, string])[] };
  for (const [index, { at = 0, ...text }] of requests.entries()) {
    outcome = register(bindings, readRegister({ cseq: index + 1, ...text }), limits, at * 1000);
    bindings = outcome.bindings;
  }
  return outcome;
}

const uris = (bindings: readonly Binding[]): string[] => bindings.map(({ uri }) => uri);
const [desk, sofa] = ['<sip:1001@203.0.113.7>', '<sip:1001@203.0.113.8>'];

describe('the registrar', () => {
  test('registers a contact for the time it asks, or an hour, and says so', () => {
    assert.deepEqual(after({ expires: '300' }).headers, [['Contact', '<sip:1001@203.0.113.7>;expires=300']]);
    assert.deepEqual(after({}).headers, [['Contact', '<sip:1001@203.0.113.7>;expires=3600']]);
    assert.equal(after({ expires: '60' }).bindings[0]?.expiresAt, 60_000);
  });

  test('grants an hour to who asks for more, and refuses with 423 who asks for less than a minute', () => {
    assert.equal(after({ expires: '86400' }).bindings[0]?.expiresAt, 3_600_000);
    const { status, headers, bindings } = after({ expires: '59' });
    assert.equal(status, 423);
    assert.deepEqual(headers, [['Min-Expires', '60']]);
    assert.deepEqual(bindings, []);
  });

  test('tells who is registered, best first, with the time that is left', () => {
    const asked = { contacts: [], at: 10 };
    const { headers } = after(
      { contacts: [`${desk};q=0.5`], expires: '100' },
      { contacts: [sofa], expires: '200' },
      asked,
    );
    assert.deepEqual(headers, [
      ['Contact', `${sofa};expires=190`],
      ['Contact', `${desk};expires=90;q=0.5`],
    ]);
  });

  test('never tells more seconds than are left', () => {
    const { bindings } = after({ expires: '60' });
    const asked = register(bindings, readRegister({ contacts: [] }), limits, 59_001);
    assert.deepEqual(asked.headers, [['Contact', '<sip:1001@203.0.113.7>;expires=0']]);
  });

  test('changes nothing when it is asked', () => {
    const { bindings } = after({});
    assert.equal(register(bindings, readRegister({ contacts: [] }), limits, 5).bindings, bindings);
  });

  test('refreshes in place: registered since then, heard of now', () => {
    const { bindings } = after({ at: 0 }, { at: 100 });
    assert.deepEqual(
      bindings.map(({ registeredAt, refreshedAt, expiresAt }) => [registeredAt, refreshedAt, expiresAt]),
      [[0, 100_000, 3_700_000]],
    );
  });

  test('takes Contacts for the same that differ in nothing that counts', () => {
    const { bindings } = after(
      { contacts: ['<sip:1001@203.0.113.7;ob;transport=udp>'] },
      { contacts: ['"Desk" <sip:1001@203.0.113.7;transport=UDP>'] },
    );
    assert.equal(bindings.length, 1);
    assert.equal(after({ contacts: [desk] }, { contacts: ['<sip:1002@203.0.113.7>'] }).bindings.length, 2);
    assert.equal(
      after({ contacts: [desk] }, { contacts: ['<sip:1001@203.0.113.7:5061>'] }).bindings.length,
      2,
    );
  });

  test('ends a contact with expiry 0, and leaves the others', () => {
    const { bindings, headers } = after(
      { contacts: [desk] },
      { contacts: [sofa] },
      { contacts: [`${desk};expires=0`] },
    );
    assert.deepEqual(uris(bindings), ['sip:1001@203.0.113.8']);
    assert.equal(headers.length, 1);
  });

  test('ends all with *', () => {
    const { bindings, status, headers } = after(
      { contacts: [desk] },
      { contacts: [sofa], callId: 'other' },
      { contacts: ['*'], expires: '0' },
    );
    assert.deepEqual([bindings, status, headers], [[], 200, []]);
  });

  test('ends a contact that is not there: nothing to do is done', () => {
    assert.equal(after({ contacts: [`${desk};expires=0`] }).status, 200);
  });

  test('heeds the order of a phone: an older or repeated CSeq of its Call-ID changes nothing', () => {
    const first = after({ cseq: 5 });
    for (const late of [
      { cseq: 5 },
      { cseq: 4, contacts: [`${desk};expires=0`] },
      { cseq: 3, contacts: ['*'], expires: '0' },
      { cseq: 4, contacts: [sofa] },
    ]) {
      const outcome = register(first.bindings, readRegister(late), limits, 1000);
      assert.equal(outcome.status, 500);
      assert.equal(outcome.bindings, first.bindings);
    }
    const restarted = register(first.bindings, readRegister({ cseq: 1, callId: 'fresh' }), limits, 1000);
    assert.equal(restarted.status, 200);
    assert.equal(restarted.bindings.length, 1);
  });

  test('does all of a request or nothing', () => {
    const { bindings, status } = after({ contacts: [desk] }, { contacts: [sofa, `${desk};expires=5`] });
    assert.equal(status, 423);
    assert.deepEqual(uris(bindings), ['sip:1001@203.0.113.7']);
  });

  test('forgets the contact heard longest ago when there is one too many, and refuses eleven at once', () => {
    const contact = (n: number): string => `<sip:1001@203.0.113.7:${6000 + n}>`;
    const many = Array.from({ length: 10 }, (_, n) => ({ contacts: [contact(n)], at: n, callId: String(n) }));
    const { bindings } = after(...many, { contacts: [contact(99)], at: 20, callId: 'last' });
    assert.equal(bindings.length, 10);
    assert.ok(!uris(bindings).includes('sip:1001@203.0.113.7:6000'));
    assert.ok(uris(bindings).includes('sip:1001@203.0.113.7:6099'));
    const eleven = Array.from({ length: 11 }, (_, n) => contact(n));
    assert.equal(after({ contacts: eleven }).status, 403);
  });

  test('knows a device again that comes under another address', () => {
    const id = ';+sip.instance="<urn:uuid:1>"';
    const { bindings } = after(
      { contacts: [`${desk}${id}`] },
      { contacts: [`${sofa}${id}`], callId: 'restarted' },
    );
    assert.deepEqual(uris(bindings), ['sip:1001@203.0.113.8']);
    const flows = after(
      { contacts: [`${desk}${id};reg-id=1`] },
      { contacts: [`${sofa}${id};reg-id=2`], callId: 'second' },
    );
    assert.equal(flows.bindings.length, 2);
  });

  test('counts a contact no longer once its time is over', () => {
    const { bindings } = after({ expires: '60' });
    assert.equal(nextExpiry(bindings), 60_000);
    assert.equal(nextExpiry([]), undefined);
    assert.equal(inOrderOfCalling(bindings, 59_999).length, 1);
    assert.equal(inOrderOfCalling(bindings, 60_000).length, 0);
    const outcome = register(bindings, readRegister({ cseq: 1, contacts: [sofa] }), limits, 60_000);
    assert.deepEqual(uris(outcome.bindings), ['sip:1001@203.0.113.8']);
    assert.equal(outcome.status, 200, 'what is over orders nothing any more');
  });
});
