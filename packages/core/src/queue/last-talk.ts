import type { Address, Queue } from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import { isAnonymous } from '../dial/caller-id.ts';
import { limits } from '../limits.ts';
import type { StickyAgent } from '../matching/facts.ts';
import { afterMs, type Monotonic } from '../ports/moment.ts';
import type { Visit } from './live-queue.ts';

/** With whom somebody talked last in a queue. */
export interface LastTalk {
  readonly agentId: string;
  readonly endedAt: Monotonic;
}

/** Undefined: nobody can tell such callers apart. */
export function talkKey(queueId: string, source: Address): string | undefined {
  return isAnonymous({ source, anonymous: 'auto' }) ? undefined : `${queueId} ${source.target}`;
}

/** A visit that was served is over. */
export function noteTalk({ lastTalks, decision, house }: Sitting, { row, rules }: Visit): void {
  const key = rules.sticky.within_seconds === 0 ? undefined : talkKey(row.queue_id, row.source);
  if (key === undefined) return;
  lastTalks.remove(key);
  lastTalks.add(key, { agentId: row.service_agent_id, endedAt: decision.at.mono });
  if (house.lastTalks.size <= limits.lastTalks) return;
  const [oldest] = house.lastTalks.keys();
  if (oldest !== undefined) lastTalks.remove(oldest);
}

/** Whom a caller who joins is to come to, if anybody: an agent that its flow names, or else the one it knows. */
export function preferredAgent(
  sitting: Sitting,
  { id, customer_id: customerId, sticky }: Queue,
  source: Address,
  named: string | undefined,
): StickyAgent | undefined {
  const { mono } = sitting.decision.at;
  const agentId = named ?? knownAgent(sitting, id, source, sticky.within_seconds * 1000);
  const agent = agentId === undefined ? undefined : sitting.house.agents.get(agentId);
  if (agent?.row.customer_id !== customerId) return undefined;
  return { agentId: agent.row.id, heldUntil: afterMs(mono, sticky.hold_seconds * 1000) };
}

function knownAgent(
  { house, decision }: Sitting,
  queueId: string,
  source: Address,
  withinMs: number,
): string | undefined {
  const key = talkKey(queueId, source);
  const last = key === undefined ? undefined : house.lastTalks.get(key);
  return last !== undefined && decision.at.mono - last.endedAt < withinMs ? last.agentId : undefined;
}
