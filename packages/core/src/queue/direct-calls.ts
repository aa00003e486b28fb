import { notYet } from '@parley/contract';
import type { LiveAgent } from './live-queue.ts';
import type { Turn } from '../call/turn.ts';

/**
 * Calls to an agent that no queue makes: somebody named the agent as the destination. They ring whatever the agent's
 * status, and leave it as it is; but while there is one, no queue offers the agent anybody.
 */
export function agentCalled(turn: Turn): void {
  const agent = agentCalledBy(turn);
  if (agent !== undefined) agent.directCalls += 1;
}

export function directCallEnded(turn: Turn): void {
  const agent = agentCalledBy(turn);
  if (agent === undefined) return;
  agent.directCalls -= 1;
  if (turn.live.call.tm_progressing !== notYet) agent.idleSince = turn.decision.at.mono;
  turn.sitting.matchAgain(agent.row.customer_id);
}

/** The agent serves a caller of a queue by that call from now on; undefined: it is nobody's, or its agent has a caller. */
export function servesByDirectCall(turn: Turn): LiveAgent | undefined {
  const agent = agentCalledBy(turn);
  if (agent === undefined || agent.visitId !== undefined) return undefined;
  agent.directCalls -= 1;
  turn.live.agentId = agent.row.id;
  return agent;
}

function agentCalledBy({ live, sitting }: Turn): LiveAgent | undefined {
  const { owner_type: owner, owner_id: agentId } = live.call;
  return owner === 'agent' && live.agentId === undefined ? sitting.agents.find(agentId) : undefined;
}
