import { cause } from '../call/cause.ts';
import { endCall } from '../call/end.ts';
import { beginEnding } from '../call/leg.ts';
import { isEnding, type LiveCall } from '../call/live-call.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import { dialledExtension } from '../extension/extension.ts';

/** A phone has come, the first of an extension, or the last one has gone. */
export function registrationChanged(
  sitting: Sitting,
  customerId: string,
  extension: string,
  isRegistered: boolean,
): void {
  const agentIds = sitting.house.phones.set(customerId, extension, isRegistered);
  // Being looked up is what has the matcher told of them.
  const agents = agentIds.flatMap((id) => sitting.agents.find(id) ?? []);
  if (agents.length === 0) return;
  if (!isRegistered) for (const agent of agents) loseLegs(sitting, agent.visitId, agent.row.id, extension);
  sitting.matchAgain(customerId);
}

/** Whoever is rung there for a caller will not answer: the caller is not to wait until SIP has given up. */
function loseLegs(sitting: Sitting, visitId: string | undefined, agentId: string, extension: string): void {
  const visit = visitId === undefined ? undefined : sitting.visits.find(visitId);
  const groupId = visit?.offers.find((each) => each.agentId === agentId)?.groupId;
  const group = groupId === undefined ? undefined : sitting.groups.find(groupId);
  for (const callId of group?.row.call_ids ?? []) {
    const live = sitting.call(callId);
    if (live !== undefined && isRungAt(live, extension)) sitting.later(callId, loseLeg);
  }
}

function isRungAt({ call, dialing }: Readonly<LiveCall>, extension: string): boolean {
  return dialing !== undefined && dialledExtension(call.destination) === extension;
}

/** Over now, as a call that found nobody; its INVITE is taken back by whatever SIP still has of it. */
function loseLeg(turn: Turn): void {
  if (isEnding(turn.live)) return;
  beginEnding(turn, cause.networkOutOfOrder);
  endCall(turn, { cause: cause.networkOutOfOrder });
}
