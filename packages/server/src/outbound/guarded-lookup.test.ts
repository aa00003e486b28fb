import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, it } from 'node:test';
import { createGuardedLookup, type Resolve, TargetRefusedError } from './guarded-lookup.ts';

const publicOnly = (address: string) => !address.startsWith('10.') && !address.startsWith('fd');
const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });
const answering =
  (...addresses: LookupAddress[]): Resolve =>
  (_, done) =>
    done(null, addresses);

function ask(
  lookup: LookupFunction,
  options: object,
): { error: Error | null; address: unknown; family: unknown } {
  let answer: ReturnType<typeof ask> | undefined;
  lookup('name.example', options, (error, address, family) => {
    answer = { error, address, family };
  });
  assert.ok(answer !== undefined);
  return answer;
}

describe('a guarded lookup', () => {
  it('hands out the allowed ones of all addresses', () => {
    const lookup = createGuardedLookup(
      publicOnly,
      answering(v4('10.0.0.1'), v4('1.1.1.1'), v6('fd00::1'), v6('2600::1')),
    );
    assert.deepEqual(ask(lookup, { all: true }).address, [v4('1.1.1.1'), v6('2600::1')]);
  });

  it('hands out one address when asked for one', () => {
    const lookup = createGuardedLookup(publicOnly, answering(v4('10.0.0.1'), v6('2600::1'), v4('1.1.1.1')));
    assert.deepEqual(ask(lookup, {}), { error: null, address: '2600::1', family: 6 });
    assert.deepEqual(ask(lookup, { family: 4 }), { error: null, address: '1.1.1.1', family: 4 });
    assert.deepEqual(ask(lookup, { family: 'IPv4' }), { error: null, address: '1.1.1.1', family: 4 });
  });

  it('refuses a name that has no allowed address', () => {
    const lookup = createGuardedLookup(publicOnly, answering(v4('10.0.0.1'), v6('fd00::1')));
    assert.ok(ask(lookup, { all: true }).error instanceof TargetRefusedError);
  });

  it('passes on that a name could not be resolved', () => {
    const error = new Error('no such name');
    const lookup = createGuardedLookup(publicOnly, (_, done) => done(error, []));
    assert.equal(ask(lookup, { all: true }).error, error);
  });

  it('judges every lookup anew, so that a name cannot change to a private address', () => {
    const answers = [[v4('1.1.1.1')], [v4('10.0.0.1')]];
    const lookup = createGuardedLookup(publicOnly, (_, done) => done(null, answers.shift() ?? []));
    assert.equal(ask(lookup, {}).address, '1.1.1.1');
    assert.ok(ask(lookup, {}).error instanceof TargetRefusedError);
  });

  it('resolves a name once for all who ask meanwhile', () => {
    const asked: Parameters<Resolve>[1][] = [];
    const lookup = createGuardedLookup(publicOnly, (_, done) => void asked.push(done));
    const answers: unknown[] = [];
    for (let n = 0; n < 64; n += 1) lookup('name.example', {}, (_, address) => void answers.push(address));
    assert.equal(asked.length, 1);
    asked[0]?.(null, [v4('1.1.1.1')]);
    assert.equal(answers.length, 64);
    lookup('name.example', {}, () => {});
    assert.equal(asked.length, 2);
  });
});
