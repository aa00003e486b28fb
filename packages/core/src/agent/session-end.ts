import type { Agent } from '@parley/contract';
import { isInForce } from '../accesskey/validity.ts';
import type { Draft } from '../draft.ts';
import type { Stored } from '../ports/store.ts';
import { setAgentStatus } from './agent.ts';
import { endSession } from './login.ts';

/** Why an agent is offline whom nobody has set so: the last of its tokens has ended. */
export const sessionEnded = 'session_ended';

/** An agent with its login, and all sessions there are of it. */
export interface Account {
  readonly agent: Stored<'agent'>;
  readonly login: Stored<'login'>;
  readonly sessions: readonly Stored<'session'>[];
}

/**
 * Ends those sessions. An agent who has none left is at no desk: it goes offline, and is offered nobody. The login is put
 * again, so that of two sessions that end, or one that begins, at the same moment one decides again.
 */
export function endSessions(
  draft: Draft,
  { agent, login, sessions }: Account,
  ids: readonly string[],
): Agent {
  const ending = sessions.filter(({ row }) => ids.includes(row.id));
  if (ending.length === 0) return agent.row;
  for (const session of ending) endSession(draft, session);
  draft.require('login', login.row.id, login.version);
  draft.put('login', login.row);
  const isLeft = sessions.some((each) => !ending.includes(each) && isInForce(each.row, draft.at.wall));
  if (isLeft || agent.row.status === 'offline') return agent.row;
  return setAgentStatus(draft, agent, 'offline', sessionEnded);
}
