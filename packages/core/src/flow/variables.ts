import type { Activeflow, Address, Call } from '@parley/contract';
import { limits } from '../limits.ts';

/** What a flow has set, by canonical name. */
export type Variables = ReadonlyMap<string, string>;

export const noVariables: Variables = new Map();

/** The keys pressed; kept with the walk, because keys change them. */
export const digitsVariable = 'voipbin.call.digits';

/** `parley.call.id` and `voipbin.call.id` are one variable, kept under the older name. Space around a name is no part of it. */
export function canonicalName(name: string): string {
  const trimmed = name.trim();
  return trimmed.startsWith('parley.') ? `voipbin.${trimmed.slice('parley.'.length)}` : trimmed;
}

/** What a variable is worth for this call: what the flow has set, or else what is known; '' when there is none. */
export function readVariable(name: string, set: Variables, call: Call, activeflow: Activeflow): string {
  const canonical = canonicalName(name);
  return set.get(canonical) ?? builtIns.get(canonical)?.(call, activeflow) ?? '';
}

/** The map with one more value, or undefined when a limit forbids it. */
export function withVariable(set: Variables, name: string, value: string): Variables | undefined {
  const canonical = canonicalName(name);
  if (value.length > limits.variableValue || canonical.length > limits.variableName) return undefined;
  const changed = new Map(set).set(canonical, value);
  return changed.size > limits.variables || textOf(changed) > limits.variablesText ? undefined : changed;
}

/** The variables that a client gives a call at its beginning; undefined when a limit forbids them. */
export function variablesOf(given: Readonly<Record<string, string>>): Variables | undefined {
  return Object.entries(given).reduce<Variables | undefined>(
    (set, [name, value]) => (set === undefined ? undefined : withVariable(set, name, value)),
    noVariables,
  );
}

function textOf(set: Variables): number {
  let characters = 0;
  for (const [name, value] of set) characters += name.length + value.length;
  return characters;
}

type BuiltIn = (call: Call, activeflow: Activeflow) => string;

/** A map, because names are anybody's: an object would know `constructor`. */
const builtIns: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ...addressVariables('source', (call) => call.source),
  ...addressVariables('destination', (call) => call.destination),
  ['voipbin.call.id', (call) => call.id],
  ['voipbin.call.direction', (call) => call.direction],
  ['voipbin.call.master_call_id', (call) => call.master_call_id],
  ['voipbin.activeflow.id', (_call, activeflow) => activeflow.id],
  ['voipbin.activeflow.flow_id', (_call, activeflow) => activeflow.flow_id],
  ['voipbin.activeflow.reference_type', (_call, activeflow) => activeflow.reference_type],
  ['voipbin.activeflow.reference_id', (_call, activeflow) => activeflow.reference_id],
  ['voipbin.flow.reference_data', referenceData],
]);

function addressVariables(end: string, addressOf: (call: Call) => Address): [string, BuiltIn][] {
  const parts = ['name', 'detail', 'target', 'target_name', 'type'] as const;
  return parts.map((part) => [`voipbin.call.${end}.${part}`, (call) => addressOf(call)[part]]);
}

/** The call as JSON. Without the option under way: it may hold this very text, which would grow with every action. */
function referenceData(call: Call): string {
  const { option: _, ...action } = call.action;
  return JSON.stringify({ ...call, action });
}
