import { nilId } from '@parley/contract';
import type { Turn } from '../call/turn.ts';
import { servesByDirectCall } from './direct-calls.ts';
import { busyReasons } from '../agent/wrap-up.ts';
import { changeVisit, setStatus } from './queue-rows.ts';

/**
 * A caller who was served is served by somebody else in the same room from now on. If that is an agent, it has a caller like
 * any other, with the rest that follows; one who is no agent serves under the nil id.
 */
export function servedByAnother(server: Turn, callId: string): void {
  const { live, sitting } = server;
  const visitId = sitting.call(callId)?.visitId;
  const visit = visitId === undefined ? undefined : sitting.visits.find(visitId);
  if (visit?.servedAt === undefined || visit.roomId !== live.roomId) return;
  const agentId = live.call.owner_type === 'agent' ? live.call.owner_id : nilId;
  changeVisit(sitting, visit, { service_agent_id: agentId }, 'queuecall_updated');
  const agent = servesByDirectCall(server);
  if (agent === undefined) return;
  agent.visitId = visit.row.id;
  agent.serving = { since: sitting.decision.at.mono, rest: visit.rules };
  // Whoever is away, or at nobody's disposal, has come for this caller alone and stays so.
  if (agent.row.status === 'available') setStatus(sitting, agent, 'busy', busyReasons.service);
}
