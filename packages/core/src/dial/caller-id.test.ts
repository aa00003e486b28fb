import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address } from '@parley/contract';
import * as fc from 'fast-check';
import { callerAtCarrier, type CallerRights, isAnonymous, shownCaller } from './caller-id.ts';

const source: Address = { type: 'tel', target: '+4930111', target_name: 'Ann', name: '', detail: '' };
const rights: CallerRights = {
  ownNumber: undefined,
  firstNumber: '+4930999',
  anyCallerId: false,
  account: 'bakery',
  ownHost: '192.0.2.1',
};
const nobody = { displayName: 'Anonymous', user: 'anonymous', host: 'anonymous.invalid' };

describe('the caller that a provider is told', () => {
  const at = (
    change: Partial<CallerRights> = {},
    wish: Partial<Parameters<typeof callerAtCarrier>[0]> = {},
  ) => callerAtCarrier({ source, anonymous: 'no', ...wish }, { ...rights, ...change });

  it('is the source, with its name, when it is a number of the customer', () => {
    const { from, headers } = at({ ownNumber: '+4930111' });
    assert.deepEqual(from, { displayName: 'Ann', user: '+4930111', host: undefined });
    assert.deepEqual(headers, []);
  });

  it('is the first number of the customer, without the name, when it is not', () => {
    assert.deepEqual(at().from, { displayName: '', user: '+4930999', host: undefined });
  });

  it('is the source all the same where the provider takes any', () => {
    assert.equal(at({ anyCallerId: true }).from.user, '+4930111');
  });

  it('is our account there when the customer has no number, and nobody without an account', () => {
    assert.equal(at({ firstNumber: undefined }).from.user, 'bakery');
    assert.deepEqual(at({ firstNumber: undefined, account: '' }), { from: nobody, headers: [] });
  });

  it('is hidden from the far end and asserted to the provider when it is anonymous', () => {
    assert.deepEqual(at({ ownNumber: '+4930111' }, { anonymous: 'yes' }), {
      from: nobody,
      headers: [
        { name: 'Privacy', value: 'id' },
        { name: 'P-Asserted-Identity', value: '<sip:+4930111@192.0.2.1>' },
      ],
    });
  });

  it('is never a number that is not the customer’s, whatever the source says', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('yes', 'no', 'auto'), (target, anonymous) => {
        const { from, headers } = at({}, { source: { ...source, target }, anonymous });
        assert.ok([rights.firstNumber, 'anonymous'].includes(from.user));
        for (const { value } of headers) assert.ok(['id', '<sip:+4930999@192.0.2.1>'].includes(value));
      }),
    );
  });

  it('cannot end the address it stands in', () => {
    const { headers } = at({ ownNumber: '1>,<sip:2@evil' }, { anonymous: 'yes' });
    assert.equal(headers[1]?.value, '<sip:1%3E%2C%3Csip%3A2%40evil@192.0.2.1>');
  });
});

describe('an anonymous caller', () => {
  it('is one who is called so, or has no number, unless the call says otherwise', () => {
    const auto = (target: string, name = ''): boolean =>
      isAnonymous({ source: { ...source, target, target_name: name }, anonymous: 'auto' });
    assert.ok(auto('anonymous') && auto('Anonymous@anonymous.invalid') && auto(''));
    assert.ok(auto('+4930111', 'Anonymous'));
    assert.ok(!auto('+4930111') && !auto('+4930111', 'Ann'));
    assert.ok(!isAnonymous({ source: { ...source, target: 'anonymous' }, anonymous: 'no' }));
    assert.ok(isAnonymous({ source, anonymous: 'yes' }));
  });

  it('is not told to phones and strangers at all', () => {
    const told = shownCaller({ source, anonymous: 'yes' });
    assert.deepEqual(told, { from: nobody, headers: [{ name: 'Privacy', value: 'id' }] });
    assert.ok(!JSON.stringify(told).includes('4930111'));
    assert.equal(shownCaller({ source, anonymous: 'no' }).from.user, '+4930111');
  });
});
