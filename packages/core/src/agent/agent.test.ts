import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent, Instant } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import {
  type AgentDetails,
  agentInUse,
  createAgent,
  deleteAgent,
  dropTag,
  requireTags,
  setAgentStatus,
  updateAgent,
} from './agent.ts';
import { beginSession, changePassword, createLogin, endLogin, type SessionRow } from './login.ts';
import { endSessions } from './session-end.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const [one, other] = ['a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000002'];
const never = '9999-01-01 00:00:00.000000';
const chance: Chance = {
  id: () => 'e0000000-0000-4000-8000-000000000001',
  token: (bytes) => 'ab'.repeat(bytes),
  fraction: () => 0.5,
};
const hash = (text: string): string => `hash of ${text}`;
const draftAt = (seconds: number): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);
const made = (details: AgentDetails = {}, draft = draftAt(0)): Agent => {
  const decision = createAgent(draft, chance, customerId, { username: 'mira', ...details });
  assert.ok(decision.ok);
  return decision.agent;
};
const typesOf = (draft: Draft): readonly string[] => draft.events.map(({ type }) => type);

describe('an agent', () => {
  it('is made offline, told in a lane of its own, on the condition that there is none with its id', () => {
    const draft = draftAt(0);
    const agent = made({}, draft);
    assert.deepEqual([agent.status, agent.status_reason, agent.tm_update], ['offline', '', never]);
    assert.deepEqual(draft.preconditions, [{ kind: 'agent', id: agent.id, version: 0 }]);
    const [event] = draft.events;
    assert.deepEqual([event?.type, event?.lane], ['agent_created', agent.id]);
    assert.deepEqual(JSON.parse(event?.body ?? ''), { type: 'agent_created', data: agent });
  });

  it('that was changed by someone else meanwhile is decided about again', () => {
    const draft = draftAt(5);
    const row = made();
    setAgentStatus(draft, { row, version: 7 }, 'available');
    assert.deepEqual(draft.preconditions, [{ kind: 'agent', id: row.id, version: 7 }]);
    assert.deepEqual(typesOf(draft), ['agent_status_updated']);
  });

  it('whose status is set to what it is tells nothing; another reason is news, and none takes the old one away', () => {
    const row = setAgentStatus(draftAt(1), { row: made(), version: 1 }, 'away', 'lunch');
    const same = draftAt(5);
    assert.equal(setAgentStatus(same, { row, version: 2 }, 'away', 'lunch'), row);
    assert.deepEqual([same.puts, same.events, same.preconditions], [[], [], []]);
    const plain = setAgentStatus(draftAt(9), { row, version: 2 }, 'away');
    assert.deepEqual([plain.status_reason, plain.tm_status], ['', '1970-01-01 00:00:09.000000']);
  });

  it('loses the skills of tags that it loses, and keeps its status through every other change', () => {
    const row = made({ tag_ids: [one, other], skills: { [one]: 3, [other]: 4 } });
    const draft = draftAt(5);
    const changed = updateAgent(draft, { row, version: 1 }, { tag_ids: [other] });
    assert.ok(changed.ok);
    assert.deepEqual(changed.agent.skills, { [other]: 4 });
    assert.equal(changed.agent.tm_status, row.tm_status);
    assert.deepEqual(typesOf(draft), ['agent_updated']);
    const wrong = updateAgent(draftAt(5), { row, version: 1 }, { tag_ids: [other], skills: { [one]: 2 } });
    assert.deepEqual(wrong.ok ? [] : wrong.problems.map(({ path }) => path), [`skills.${one}`]);
  });

  it('loses a tag that is deleted; one that does not have it is left alone', () => {
    const [tagged, untagged] = [made({ tag_ids: [one] }), made({ tag_ids: [other] })];
    const draft = draftAt(5);
    dropTag(
      draft,
      [
        { row: tagged, version: 2 },
        { row: untagged, version: 3 },
      ],
      one,
    );
    assert.deepEqual(draft.preconditions, [{ kind: 'agent', id: tagged.id, version: 2 }]);
    assert.equal(draft.puts.length, 1);
  });

  it('is given tags on the condition that they stay as they are, without a change of theirs', () => {
    const draft = draftAt(0);
    const tag = {
      id: one,
      name: 'German',
      detail: '',
      tm_create: never,
      tm_update: never,
      tm_delete: never,
      customer_id: customerId,
    };
    requireTags(draft, [{ row: tag, version: 4 }]);
    assert.deepEqual([draft.preconditions, draft.puts], [[{ kind: 'tag', id: one, version: 4 }], []]);
  });

  it('can be deleted unless it rings or talks', () => {
    const row = made();
    for (const status of ['busy', 'ringing'] as const) assert.ok(agentInUse({ ...row, status }), status);
    for (const status of ['available', 'away', 'offline'] as const) {
      assert.equal(agentInUse({ ...row, status }), undefined);
    }
    const draft = draftAt(5);
    const deleted = deleteAgent(draft, { row, version: 1 });
    assert.equal(deleted.tm_delete, '1970-01-01 00:00:05.000000');
    assert.deepEqual(typesOf(draft), ['agent_deleted']);
  });
});

describe('the login of an agent', () => {
  const agent = made();
  const login = { row: createLogin(draftAt(0), agent, 'hash'), version: 3 };
  const sessionAt = (seconds: number, id: string) => {
    const { session } = beginSession(draftAt(seconds), { chance, hash }, login, []);
    return { row: { ...session, id }, version: 1 };
  };
  const endedIn = (draft: Draft): readonly string[] =>
    draft.puts.flatMap(({ kind, row }) => (kind === 'session' && row.tm_delete !== never ? [row.id] : []));

  it('gives a token of which the hash alone is kept, and holds the login for it', () => {
    const draft = draftAt(0);
    const { session, token } = beginSession(draft, { chance, hash }, login, [], 60);
    assert.equal(token, `parley_agent_${'ab'.repeat(32)}`);
    const expected: Partial<SessionRow> = {
      agent_id: agent.id,
      token_hash: hash(token),
      tm_expire: '1970-01-01 00:01:00.000000',
    };
    assert.partialDeepStrictEqual(session, expected);
    assert.deepEqual(draft.preconditions, [
      { kind: 'session', id: session.id, version: 0 },
      { kind: 'login', id: agent.id, version: 3 },
    ]);
    assert.ok(
      draft.puts.some(({ kind }) => kind === 'login'),
      'a new password at the same moment loses, or this does',
    );
    assert.deepEqual(draft.events, []);
  });

  it('ends tokens that have expired, and the oldest of ten', () => {
    const ten = Array.from({ length: 10 }, (_, at) => sessionAt(at, `session-${at}`));
    const draft = draftAt(20);
    beginSession(draft, { chance, hash }, login, ten);
    assert.deepEqual(endedIn(draft), ['session-0']);
    const late = draftAt(43_200);
    beginSession(late, { chance, hash }, login, ten.slice(0, 3));
    assert.deepEqual(endedIn(late), ['session-0']);
  });

  it('forgets the password with the agent, and ends every token', () => {
    const sessions = [sessionAt(0, 'a'), sessionAt(1, 'b')];
    assert.equal(changePassword(draftAt(5), login, 'new').password_hash, 'new');
    const ended = draftAt(5);
    assert.equal(endLogin(ended, login, sessions).password_hash, '');
    assert.deepEqual(endedIn(ended), ['a', 'b']);
  });

  it('takes the agent offline with the last token that is good, told as a status', () => {
    const sessions = [sessionAt(0, 'a'), sessionAt(1, 'b')];
    const account = {
      agent: { row: { ...agent, status: 'available' as const }, version: 7 },
      login,
      sessions,
    };
    const one = draftAt(5);
    assert.equal(endSessions(one, account, ['a']).status, 'available');
    assert.deepEqual([endedIn(one), one.events], [['a'], []]);
    assert.ok(
      one.puts.some(({ kind }) => kind === 'login'),
      'of two that end at the same moment one decides again',
    );
    const both = draftAt(5);
    const gone = endSessions(both, account, ['a', 'b']);
    assert.deepEqual([gone.status, gone.status_reason], ['offline', 'session_ended']);
    assert.deepEqual([endedIn(both), typesOf(both)], [['a', 'b'], ['agent_status_updated']]);
    const expired = draftAt(43_201);
    assert.equal(endSessions(expired, account, ['a']).status, 'offline', 'the other is good no more');
  });

  it('leaves an agent who is offline, or has no such token, as it is', () => {
    const account = { agent: { row: agent, version: 7 }, login, sessions: [sessionAt(0, 'a')] };
    const offline = draftAt(5);
    assert.equal(endSessions(offline, account, ['a']).status_reason, '');
    assert.deepEqual(typesOf(offline), []);
    const unknown = draftAt(5);
    endSessions(unknown, account, ['b']);
    assert.deepEqual(unknown.puts, []);
  });
});
