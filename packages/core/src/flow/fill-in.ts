import type { Action } from '@parley/contract';
import { limits } from '../limits.ts';
import { jsonBytes } from './json-size.ts';

/**
 * The action with the values of variables in place of every `${name}` in the texts of its option; the same object when
 * there is nothing to fill in, undefined when the option would be longer than one may be. Done once: what a value holds is
 * not looked into again. Never takes much longer than what comes out is long.
 */
export function fillIn(action: Action, read: (name: string) => string): Action | undefined {
  if (action.option === undefined) return action;
  const filling = { read, room: limits.optionBytes, changed: false };
  const option = fillValue(action.option, filling);
  if (!filling.changed) return action;
  if (filling.room < 0 || jsonBytes(option) > limits.optionBytes) return undefined;
  return { ...action, option: option as NonNullable<Action['option']> };
}

interface Filling {
  readonly read: (name: string) => string;
  /** Characters that may still be filled in; below zero nothing more is. */
  room: number;
  changed: boolean;
}

function fillValue(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return fillText(value, filling);
  if (Array.isArray(value)) return value.map((item) => fillValue(item, filling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, filling)]));
}

function fillText(text: string, filling: Filling): string {
  if (!text.includes('${')) return text;
  return text.replace(/\$\{([^{}]*)\}/g, (_whole, name: string) => {
    filling.changed = true;
    if (filling.room < 0) return '';
    const value = filling.read(name);
    filling.room -= value.length;
    return filling.room < 0 ? '' : value;
  });
}
