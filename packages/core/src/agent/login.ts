import { type Agent, limits, notYet } from '@parley/contract';
import { expiryAfter, isInForce } from '../accesskey/validity.ts';
import type { Hash } from '../accesskey/accesskey.ts';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';

interface Times {
  readonly tm_create: string;
  readonly tm_update: string;
  readonly tm_delete: string;
}

/**
 * What an agent logs in with, apart from the agent: a change of status then rewrites no secret, and the agent's row is
 * what its events carry, to the letter.
 */
export interface LoginRow extends Times {
  /** That of the agent. */
  readonly id: string;
  readonly customer_id: string;
  readonly username: string;
  /** Made and understood by `Passwords` of the server. */
  readonly password_hash: string;
}

/** A token that an agent was given. */
export interface SessionRow extends Times {
  readonly id: string;
  readonly customer_id: string;
  readonly agent_id: string;
  readonly token_hash: string;
  readonly tm_expire: string;
}

/** What marks a token as one of an agent, for people and for secret scanners. */
export const agentTokenMark = 'parley_agent_';

const tokenBytes = 32;

/** The key under which the store finds a login: people do not care for upper case in their user name. */
export function usernameKey(username: string): string {
  return username.toLowerCase();
}

/** The store sees to it that no two agents have the same user name. */
export function createLogin(draft: Draft, agent: Agent, passwordHash: string): LoginRow {
  const login: LoginRow = {
    id: agent.id,
    customer_id: agent.customer_id,
    username: agent.username,
    password_hash: passwordHash,
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
  };
  return put(draft, login, 0);
}

/** The sessions end apart from that: whoever knew the old password is to be out. */
export function changePassword(
  draft: Draft,
  { row, version }: Stored<'login'>,
  passwordHash: string,
): LoginRow {
  return put(draft, { ...row, password_hash: passwordHash, tm_update: draft.stamp }, version);
}

/** For an agent that is deleted: its user name is free again, its tokens end, and its password is forgotten. */
export function endLogin(
  draft: Draft,
  { row, version }: Stored<'login'>,
  sessions: readonly Stored<'session'>[],
): LoginRow {
  for (const session of sessions) endSession(draft, session);
  return put(draft, { ...row, password_hash: '', tm_update: draft.stamp, tm_delete: draft.stamp }, version);
}

/**
 * Gives the agent a token, after the password was found right. The login is put again: of this and a new password at the
 * same moment one loses, so that no token outlives the password it was got with. Sessions that have expired, and the
 * oldest of too many, end.
 */
export function beginSession(
  draft: Draft,
  deps: { readonly chance: Chance; readonly hash: Hash },
  login: Stored<'login'>,
  sessions: readonly Stored<'session'>[],
  expireSeconds: number = limits.defaultLoginSeconds,
): { readonly session: SessionRow; readonly token: string } {
  const good = sessions.filter(({ row }) => isInForce(row, draft.at.wall));
  const kept = good.slice(Math.max(0, good.length - limits.loginsPerAgent + 1));
  for (const session of sessions) if (!kept.includes(session)) endSession(draft, session);
  const token = `${agentTokenMark}${deps.chance.token(tokenBytes)}`;
  const session: SessionRow = {
    id: deps.chance.id(),
    customer_id: login.row.customer_id,
    agent_id: login.row.id,
    token_hash: deps.hash(token),
    tm_expire: expiryAfter(draft.at.wall, expireSeconds),
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
  };
  draft.require('session', session.id, 0);
  draft.put('session', session);
  put(draft, login.row, login.version);
  return { session, token };
}

export function endSession(draft: Draft, { row, version }: Stored<'session'>): SessionRow {
  const ended = { ...row, tm_update: draft.stamp, tm_delete: draft.stamp };
  draft.require('session', row.id, version);
  draft.put('session', ended);
  return ended;
}

function put(draft: Draft, login: LoginRow, version: number): LoginRow {
  draft.require('login', login.id, version);
  draft.put('login', login);
  return login;
}
