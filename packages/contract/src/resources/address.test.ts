import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { Address, AddressInput, completeAddress, inferAddressType } from './address.ts';

const complete = Compile(Address);
const input = Compile(AddressInput);

test('digits, with or without a plus, are a telephone number', () => {
  for (const target of ['+15550100123', '1000', '*97', '123#'])
    assert.equal(inferAddressType(target), 'tel', target);
});

test('a plus begins a telephone number however its digits are set apart', () => {
  for (const target of ['+49 30 222', '+1 (555) 010-0123', '+49.30.222'])
    assert.equal(inferAddressType(target), 'tel', target);
  for (const target of ['12-34', '+49 x']) assert.equal(inferAddressType(target), 'extension', target);
});

test('what has an @ or a scheme is a SIP address', () => {
  for (const target of [
    'ada@bakery.example',
    'sip:ada@bakery.example',
    'SIPS:bakery.example',
    '1000@10.0.0.1',
  ]) {
    assert.equal(inferAddressType(target), 'sip', target);
  }
});

test('any other word is an extension', () => {
  for (const target of ['front-desk', 'ada', '+49x', ''])
    assert.equal(inferAddressType(target), 'extension', target);
});

test('a type that was given is kept, an empty one is inferred', () => {
  assert.equal(completeAddress({ target: '1000', type: 'extension' }).type, 'extension');
  assert.equal(completeAddress({ target: '1000', type: '' }).type, 'tel');
});

test('a target alone becomes an address with all five keys in order', () => {
  assert.deepEqual(Object.entries(completeAddress({ target: '1000' })), [
    ['type', 'tel'],
    ['target', '1000'],
    ['target_name', ''],
    ['name', ''],
    ['detail', ''],
  ]);
});

test('whatever a client may send becomes an address of the published form', () => {
  const texts = fc.string({ maxLength: 255 });
  const inputs = fc.record(
    {
      target: texts,
      target_name: texts,
      name: texts,
      detail: texts,
      type: fc.constantFrom('tel', 'sip', ''),
    },
    { requiredKeys: ['target'] },
  );
  fc.assert(
    fc.property(inputs, (sent) => {
      assert.ok(input.Check(sent));
      assert.ok(complete.Check(completeAddress(sent)));
    }),
  );
});

test('an address without a target, with an unknown key or an unknown type is refused', () => {
  for (const sent of [
    {},
    { target: '1000', port: 5060 },
    { target: '1000', type: 'fax' },
    { target: 1000 },
  ]) {
    assert.ok(!input.Check(sent), JSON.stringify(sent));
  }
});
