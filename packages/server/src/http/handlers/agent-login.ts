import type { AgentToken } from '@parley/contract';
import { beginSession, endSessions, type Stored, usernameKey } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse, refuseForNow } from '../outcome.ts';
import { isDeleted } from '../presence.ts';
import { tooManyPasswords } from './agents.ts';

export function createAgentLoginHandlers({
  deps,
  change,
  logins,
}: HandlerContext): Pick<Handlers, 'loginAgent' | 'logoutAgent'> {
  /** Only with the hash that the password was held against: another one may have been set meanwhile. */
  const begin = (verified: Stored<'login'>, expire: number | undefined): Promise<Outcome<AgentToken>> =>
    change('agent', async (draft) => {
      const { id, password_hash: hash } = verified.row;
      const [login, agent, sessions] = await Promise.all([
        deps.store.get('login', id),
        deps.store.get('agent', id),
        deps.store.findByParent('session', id),
      ]);
      if (login === undefined || agent === undefined) return refuse('LOGIN_REFUSED', {});
      if (isDeleted(login.row) || login.row.password_hash !== hash) return refuse('LOGIN_REFUSED', {});
      const { session, token } = beginSession(draft, deps, login, sessions, expire);
      return answer({ token, tm_expire: session.tm_expire, agent: agent.row });
    });

  return {
    async loginAgent({ body: { username, password, expire }, address }) {
      const name = usernameKey(username);
      const waitMs = logins.take(name, address, deps.clock.now().mono);
      if (waitMs > 0) return refuseForNow('RATE_LIMIT_EXCEEDED', {}, waitMs);
      const login = await deps.store.find('login', name);
      const right = await deps.passwords.verify(password, login?.row.password_hash);
      if (right === undefined) return tooManyPasswords();
      if (!right || login === undefined) return refuse('LOGIN_REFUSED', {});
      logins.giveBack(name, address);
      return await begin(login, expire);
    },
    logoutAgent: ({ caller: { session } }) =>
      change('agent', async (draft) => {
        if (session === undefined) {
          return refuse('STATE_INVALID', { problem: 'an access key does not log out, it is deleted' });
        }
        const [agent, login, sessions] = await Promise.all([
          deps.store.get('agent', session.agent_id),
          deps.store.get('login', session.agent_id),
          deps.store.findByParent('session', session.agent_id),
        ]);
        if (agent === undefined || login === undefined)
          throw new Error(`the agent of session ${session.id} is gone`);
        return answer(endSessions(draft, { agent, login, sessions }, [session.id]));
      }),
  };
}
