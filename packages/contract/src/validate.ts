import type { TObject } from 'typebox';
import { Compile } from 'typebox/schema';
import { envelopeSchema, eventTable, eventTypes } from './events.ts';

/** What is wrong with an event; empty when it is one of ours to the letter. Takes anything. */
export type EventValidator = (envelope: unknown) => readonly string[];

/**
 * A check of whole events, sharper than the published schemas: keys that the contract does not know are problems too,
 * and the keys of the resource have to come in the order of the contract. Made once, used often: compiling takes time.
 */
export function createEventValidator(): EventValidator {
  const validators = new Map<string, { readonly data: TObject; readonly check: Check }>(
    eventTypes.map((type) => [type, { data: eventTable[type].data, check: compiled(envelopeSchema(type)) }]),
  );
  return (envelope) => {
    if (!isRecord(envelope)) return ['an event is an object'];
    const { type, data } = envelope;
    const validator = typeof type === 'string' ? validators.get(type) : undefined;
    if (validator === undefined) return [`there is no event type ${JSON.stringify(type)}`];
    const problems = validator.check(envelope);
    if (problems.length > 0 || !isRecord(data)) return problems;
    return keyProblems(Object.keys(data), Object.keys(validator.data.properties));
  };
}

type Check = (value: unknown) => readonly string[];

function compiled(schema: TObject): Check {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return [];
    const [, errors] = validator.Errors(value);
    return errors.map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  };
}

function keyProblems(keys: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = keys.filter((key) => !known.includes(key));
  if (unknown.length > 0) return unknown.map((key) => `/data/${key} is no key of the contract`);
  const expected = known.filter((key) => keys.includes(key));
  const firstWrong = keys.find((key, index) => key !== expected[index]);
  return firstWrong === undefined ? [] : [`/data/${firstWrong} stands out of order`];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
