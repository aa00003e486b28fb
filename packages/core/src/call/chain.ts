import type { Turn } from './turn.ts';

/** From now on the other call ends when this one does. */
export function chain({ live, decision }: Turn, otherId: string): void {
  const { call } = live;
  live.call = { ...call, chained_call_ids: [...call.chained_call_ids, otherId], tm_update: decision.stamp };
  tellUpdated({ live, decision });
}

/** The other call is over. */
export function unchain({ live, decision }: Turn, otherId: string): void {
  const { call } = live;
  if (call.status === 'hangup' || !call.chained_call_ids.includes(otherId)) return;
  const left = call.chained_call_ids.filter((id) => id !== otherId);
  live.call = { ...call, chained_call_ids: left, tm_update: decision.stamp };
  tellUpdated({ live, decision });
}

/** They end with something else from now on, and no longer with this call. */
export function unchainAll({ live, decision }: Turn, otherIds: readonly string[]): void {
  const { call } = live;
  const left = call.chained_call_ids.filter((id) => !otherIds.includes(id));
  if (left.length === call.chained_call_ids.length) return;
  live.call = { ...call, chained_call_ids: left, tm_update: decision.stamp };
  tellUpdated({ live, decision });
}

/** Writes the call down and tells that it changed. */
export function tellUpdated({ live, decision }: Pick<Turn, 'live' | 'decision'>): void {
  decision.put('call', live.call);
  decision.emit('call_updated', live.lane, live.call);
}
