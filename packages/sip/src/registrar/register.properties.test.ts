import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Binding } from './binding.ts';
import { register } from './register.ts';
import { limits, readRegister } from './testing.node.ts';

/** Small enough that requests meet each other all the time. */
const contact = fc.record({
  host: fc.integer({ min: 1, max: 14 }),
  expires: fc.constantFrom(undefined, 0, 30, 60, 90, 3600, 7200),
  q: fc.constantFrom('', ';q=0.1', ';q=0.9'),
});
const step = fc.record({
  passMs: fc.integer({ min: 0, max: 45_000 }),
  phone: fc.constantFrom('a', 'b', 'c'),
  cseq: fc.integer({ min: 1, max: 60 }),
  contacts: fc.oneof(
    { weight: 8, arbitrary: fc.array(contact, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant('*' as const) },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function requestOf({ contacts, phone, cseq }: Step) {
  if (contacts === '*') return readRegister({ contacts: ['*'], expires: '0', callId: phone, cseq });
  const texts = contacts.map(
    ({ host, expires, q }) =>
      `<sip:x@203.0.113.${host}>${q}${expires === undefined ? '' : `;expires=${expires}`}`,
  );
  return readRegister({ contacts: texts, callId: phone, cseq });
}

/** Who is registered until when, by the shortest telling of RFC 3261 section 10.3; undefined: refused. */
function specOf(before: ReadonlyMap<string, SpecEntry>, { contacts, phone, cseq }: Step, now: number) {
  const after = new Map([...before].filter(([, { until }]) => until > now));
  if (contacts !== '*' && contacts.length === 0) return after;
  for (const entry of after.values()) if (entry.phone === phone && entry.cseq >= cseq) return undefined;
  if (contacts === '*') return new Map<string, SpecEntry>();
  if (contacts.some(({ expires = 3600 }) => expires > 0 && expires < 60)) return undefined;
  for (const { host, expires = 3600 } of contacts) {
    after.delete(`sip:x@203.0.113.${host}`);
    const until = now + Math.min(expires, 3600) * 1000;
    if (expires > 0) after.set(`sip:x@203.0.113.${host}`, { until, phone, cseq, heard: now });
  }
  const forgotten = [...after].sort(([, a], [, b]) => b.heard - a.heard).slice(10);
  for (const [uri] of forgotten) after.delete(uri);
  return after;
}

interface SpecEntry {
  readonly until: number;
  readonly phone: string;
  readonly cseq: number;
  readonly heard: number;
}

test('whatever phones send in whatever order, the bindings are what the RFC says', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let [bindings, spec, now]: [readonly Binding[], ReadonlyMap<string, SpecEntry>, number] = [
        [],
        new Map(),
        0,
      ];
      for (const each of steps) {
        now += each.passMs;
        const request = requestOf(each);
        const frozen = JSON.stringify(bindings);
        const outcome = register(bindings, request, limits, now);
        assert.equal(JSON.stringify(bindings), frozen, 'the list that was handed in is left as it was');
        const expected = specOf(spec, each, now);
        assert.equal(outcome.status === 200, expected !== undefined);
        const live = outcome.bindings.filter(({ expiresAt }) => expiresAt > now);
        spec = expected ?? new Map([...spec].filter(([, { until }]) => until > now));
        assert.deepEqual(
          new Map(live.map(({ uri, expiresAt }) => [uri, expiresAt])),
          new Map([...spec].map(([uri, { until }]) => [uri, until])),
        );
        if (outcome.status === 200) assert.equal(outcome.headers.length, live.length);
        bindings = outcome.bindings;
      }
    }),
    { numRuns: 300 },
  );
});

test('never more than ten contacts, none for longer than an hour, none twice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [bindings, now]: [readonly Binding[], number] = [[], 0];
      for (const each of steps) {
        now += each.passMs;
        bindings = register(bindings, requestOf(each), limits, now).bindings;
        assert.ok(bindings.length <= limits.contacts);
        assert.equal(new Set(bindings.map(({ uri }) => uri)).size, bindings.length);
        for (const { expiresAt } of bindings) assert.ok(expiresAt > now && expiresAt <= now + 3_600_000);
      }
    }),
    { numRuns: 300 },
  );
});
