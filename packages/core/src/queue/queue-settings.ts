import {
  type Address,
  completeAddress,
  type FieldProblem,
  limits,
  nilId,
  type Queue,
  type QueueSettings,
} from '@parley/contract';
import { fieldProblem } from '../field-problem.ts';

/** What of a queue clients set, but for lists of actions, which are checked apart. */
export type Settings = Omit<QueueSettings, 'wait_actions' | 'agent_announcement'>;

export const defaultRouting = 'longest_idle';

/** What holds where nothing is said: 20 s are five rings, and who is engaged stays so for some time. */
export const defaultSettings = {
  routing_method: defaultRouting,
  wait_timeout: 0,
  service_timeout: 0,
  max_length: 0,
  max_wait: 0,
  wrap_up_seconds: 0,
  no_answer: {
    timeout_seconds: 20,
    delay_seconds: { noanswer: 10, busy: 30, rejected: 10, failed: 30 },
    max: 3,
  },
  announce: { interval_seconds: 0, position: true, estimated_wait: false },
  overflow: { type: 'exit', target_id: nilId, destinations: [] as Address[], keep_place: true },
  exit_key: '',
} as const satisfies Partial<Queue>;

/** The same for how an agent takes a caller, by answering, and what it is afterwards. */
export const defaultBriefing = {
  confirm_key: '',
  confirm_seconds: 10,
  after_call: 'available',
} as const satisfies Partial<Queue>;

/** The same for calling callers back: who does not want to wait is not rung for long, and has gone home after a working day. */
export const defaultCallback = {
  key: '',
  text: '',
  language: 'en-US',
  attempts: 2,
  retry_seconds: 300,
  timeout_seconds: 30,
  expire_seconds: 28_800,
} as const satisfies Queue['callback'];

/** The same for which agent gets which caller. */
export const defaultMatching = {
  tag_match: 'any',
  skills: {},
  priority: 0,
  sticky: { within_seconds: 0, hold_seconds: 0 },
} as const satisfies Partial<Queue>;

/** What can be rung for a caller who finds no room. */
const reachable: ReadonlySet<Address['type']> = new Set(['tel', 'sip', 'extension', 'endpoint', 'agent']);

/** The queue with what is said; both names of a timeout are taken. */
export function withSettings(row: Queue, settings: Settings): Queue {
  return {
    ...row,
    name: settings.name ?? row.name,
    detail: settings.detail ?? row.detail,
    routing_method: routingOf(settings.routing_method) ?? row.routing_method,
    tag_ids: settings.tag_ids === undefined ? row.tag_ids : [...settings.tag_ids],
    wait_timeout: settings.wait_timeout ?? settings.timeout_wait ?? row.wait_timeout,
    service_timeout: settings.service_timeout ?? settings.timeout_service ?? row.service_timeout,
    max_length: settings.max_length ?? row.max_length,
    max_wait: settings.max_wait ?? row.max_wait,
    wrap_up_seconds: settings.wrap_up_seconds ?? row.wrap_up_seconds,
    no_answer: {
      ...row.no_answer,
      ...settings.no_answer,
      delay_seconds: { ...row.no_answer.delay_seconds, ...settings.no_answer?.delay_seconds },
    },
    announce: { ...row.announce, ...settings.announce },
    overflow: settings.overflow === undefined ? row.overflow : completeOverflow(settings.overflow),
    exit_key: settings.exit_key ?? row.exit_key,
    tag_match: settings.tag_match ?? row.tag_match,
    skills: settings.skills === undefined ? row.skills : { ...settings.skills },
    priority: settings.priority ?? row.priority,
    sticky: { ...row.sticky, ...settings.sticky },
    agents: settings.agents?.map(({ agent_id, weight = 0 }) => ({ agent_id, weight })) ?? row.agents,
    confirm_key: settings.confirm_key ?? row.confirm_key,
    confirm_seconds: settings.confirm_seconds ?? row.confirm_seconds,
    after_call: settings.after_call ?? row.after_call,
    callback: { ...row.callback, ...settings.callback },
  };
}

function completeOverflow(sent: NonNullable<Settings['overflow']>): Queue['overflow'] {
  const { destinations = [], ...said } = sent;
  return { target_id: nilId, keep_place: true, ...said, destinations: destinations.map(completeAddress) };
}

function routingOf(method: Settings['routing_method']): Queue['routing_method'] | undefined {
  return method === '' ? defaultRouting : method;
}

/** What the form of each key alone does not tell: of the settings as they were sent, and of the queue they make. */
export function* settingProblems(queue: Queue, settings: Settings): Generator<FieldProblem> {
  yield* nameProblems(settings, 'wait_timeout', 'timeout_wait');
  yield* nameProblems(settings, 'service_timeout', 'timeout_service');
  const { interval_seconds: interval } = queue.announce;
  if (interval > 0 && interval < limits.shortestAnnounceSeconds) {
    const message = `is ${interval}; it has to be 0, or at least ${limits.shortestAnnounceSeconds}`;
    yield fieldProblem('announce.interval_seconds', 'out_of_range', message);
  }
  yield* overflowProblems(queue);
  yield* agentProblems(queue);
  yield* keyProblems(queue);
}

function* nameProblems(
  settings: Settings,
  name: 'wait_timeout' | 'service_timeout',
  older: 'timeout_wait' | 'timeout_service',
): Generator<FieldProblem> {
  const [one, other] = [settings[name], settings[older]];
  if (one === undefined || other === undefined || one === other) return;
  yield fieldProblem(older, 'not_one_of', `is another value than ${name}, of which it is the older name`);
}

function* overflowProblems({ id, overflow }: Queue): Generator<FieldProblem> {
  const { type, target_id: target, destinations } = overflow;
  const path = 'overflow.target_id';
  const hasTarget = type === 'queue' || type === 'flow';
  if (!hasTarget && target !== nilId) {
    yield fieldProblem(path, 'not_one_of', `is set, and ${type} leads to no queue or flow`);
  }
  if (hasTarget && target === nilId)
    yield fieldProblem(path, 'required', `is missing: it leads to a ${type}`);
  if (type === 'queue' && target === id) yield fieldProblem(path, 'not_one_of', 'is the queue itself');
  yield* destinationProblems(type, destinations);
}

function* destinationProblems(
  type: Queue['overflow']['type'],
  destinations: readonly Address[],
): Generator<FieldProblem> {
  const path = 'overflow.destinations';
  if (type !== 'address') {
    if (destinations.length > 0) yield fieldProblem(path, 'not_one_of', `is set, and ${type} rings nobody`);
    return;
  }
  if (destinations.length === 0) yield fieldProblem(path, 'required', 'is missing: nobody would be rung');
  for (const [index, { type: kind }] of destinations.entries())
    if (!reachable.has(kind)) {
      const message = `is of type ${kind}; it has to be tel, sip, extension or agent`;
      yield fieldProblem(`${path}[${index}].type`, 'not_one_of', message);
    }
}

/** What a key does has to be plain. */
function* keyProblems({ exit_key: exit, callback }: Queue): Generator<FieldProblem> {
  if (callback.key !== '' && callback.key === exit)
    yield fieldProblem('callback.key', 'not_one_of', 'is the exit_key too');
}

function* agentProblems({ agents }: Queue): Generator<FieldProblem> {
  const known = new Set<string>();
  for (const [index, { agent_id: id }] of agents.entries()) {
    if (known.has(id)) yield fieldProblem(`agents[${index}].agent_id`, 'not_one_of', 'is there twice');
    known.add(id);
  }
}
