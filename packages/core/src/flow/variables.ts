import type { Action, Activeflow, Call } from '@parley/contract';
import { limits } from '../limits.ts';

/** The variables of one activeflow: those set by its flow, over those read off the call. */
export interface Variables {
  readonly set: ReadonlyMap<string, string>;
}

export const noVariables: ReadonlyMap<string, string> = new Map();

/** `parley.call.id` and `voipbin.call.id` are one variable, kept under the older name. */
export function canonicalName(name: string): string {
  return name.startsWith('parley.') ? `voipbin.${name.slice('parley.'.length)}` : name;
}

export const digitsVariable = 'voipbin.call.digits';

/** What a variable is worth for this call; '' when there is none of that name. */
export function readVariable(
  name: string,
  set: ReadonlyMap<string, string>,
  call: Call,
  activeflow: Activeflow,
): string {
  const canonical = canonicalName(name);
  return set.get(canonical) ?? builtIn(canonical, call, activeflow);
}

/** The map with one more value, or undefined when a limit forbids it. */
export function withVariable(
  set: ReadonlyMap<string, string>,
  name: string,
  value: string,
): ReadonlyMap<string, string> | undefined {
  const canonical = canonicalName(name);
  const tooMany = !set.has(canonical) && set.size >= limits.variables;
  const tooLong = value.length > limits.variableValue || canonical.length > limits.variableName;
  return tooMany || tooLong ? undefined : new Map(set).set(canonical, value);
}

const addressParts = ['name', 'detail', 'target', 'target_name', 'type'] as const;

function builtIn(name: string, call: Call, activeflow: Activeflow): string {
  const match = /^voipbin\.call\.(source|destination)\.(.+)$/.exec(name);
  if (match !== null) {
    const part = addressParts.find((each) => each === match[2]);
    const address = match[1] === 'source' ? call.source : call.destination;
    return part === undefined ? '' : address[part];
  }
  return scalars[name]?.(call, activeflow) ?? '';
}

const scalars: Readonly<Record<string, (call: Call, activeflow: Activeflow) => string>> = {
  'voipbin.call.id': (call) => call.id,
  'voipbin.call.direction': (call) => call.direction,
  'voipbin.call.master_call_id': (call) => call.master_call_id,
  'voipbin.activeflow.id': (_call, activeflow) => activeflow.id,
  'voipbin.activeflow.flow_id': (_call, activeflow) => activeflow.flow_id,
  'voipbin.activeflow.reference_type': (_call, activeflow) => activeflow.reference_type,
  'voipbin.activeflow.reference_id': (_call, activeflow) => activeflow.reference_id,
  'voipbin.flow.reference_data': (call) => JSON.stringify(call),
};

/** The action with every `${name}` in its option filled in, once: what a value holds is not looked into again. */
export function fillIn(action: Action, read: (name: string) => string): Action {
  return action.option === undefined
    ? action
    : { ...action, option: fillValue(action.option, read) as NonNullable<Action['option']> };
}

function fillValue(value: unknown, read: (name: string) => string): unknown {
  if (typeof value === 'string') return fillText(value, read);
  if (Array.isArray(value)) return value.map((item) => fillValue(item, read));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, read)]));
}

function fillText(text: string, read: (name: string) => string): string {
  if (!text.includes('${')) return text;
  const filled = text.replace(/\$\{([^{}]*)\}/g, (_whole, name: string) => read(name.trim()));
  return filled.slice(0, limits.optionText);
}
