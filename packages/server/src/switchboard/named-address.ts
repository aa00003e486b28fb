import type { Address } from '@parley/contract';

/** What a phone means by `agent-` or `conference-` and an id in the place of a number; undefined: something else. */
export function namedAddress(user: string): Address | undefined {
  const [, type, target] = /^(agent|conference)-([0-9a-f-]{36})$/.exec(user) ?? [];
  if (target === undefined || (type !== 'agent' && type !== 'conference')) return undefined;
  return { type, target, target_name: '', name: '', detail: '' };
}
