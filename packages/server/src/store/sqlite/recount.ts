import { nilId } from '@parley/contract';
import { addCopy, emptyTally, type QueueTally, type Recounted, type Subject } from '@parley/core';
import type { Link } from './link.ts';

/** Whole milliseconds of a time as rows and events write it. */
function ms(timestamp: string): string {
  return `(unixepoch(substr(${timestamp}, 1, 19)) * 1000 + CAST(substr(${timestamp}, 21, 3) AS INTEGER))`;
}

const quarter = (at: string): string => `(${at} / 900000) * 900000`;

/** One row for each thing that happened to visits in a quarter of an hour, by whole seconds waited. */
const visitFacts = `
WITH visit AS (
  SELECT customer_id, body ->> '$.queue_id' AS queue, body ->> '$.service_agent_id' AS agent,
    body ->> '$.answer_agent_id' AS answerer,
    body ->> '$.status' AS status, body ->> '$.end_reason' AS reason,
    body ->> '$.duration_waiting' AS waited, body ->> '$.duration_service' AS talked,
    ${ms("body ->> '$.tm_create'")} AS joined, ${ms("body ->> '$.tm_service'")} AS served,
    ${ms("body ->> '$.tm_delete'")} AS ended
  FROM "queuecall"
), fact AS (
  SELECT customer_id, 'queue' AS subject, queue AS id, joined AS at, 'incoming' AS what, 0 AS waited, 0 AS talked
  FROM visit
  UNION ALL
  SELECT customer_id, 'queue', queue, served, 'answered', waited, 0 FROM visit WHERE status IN ('service', 'done')
  UNION ALL
  SELECT customer_id, 'agent', answerer, served, 'answered', 0, 0 FROM visit WHERE status IN ('service', 'done')
  UNION ALL
  SELECT customer_id, 'queue', queue, ended, 'done', 0, talked FROM visit WHERE status = 'done'
  UNION ALL
  SELECT customer_id, 'agent', agent, ended, 'done', 0, talked FROM visit WHERE status = 'done' AND agent <> '${nilId}'
  UNION ALL
  SELECT customer_id, 'queue', queue, ended,
    CASE WHEN reason = 'kicked' THEN 'kicked'
      WHEN reason IN ('overflowed', 'timeout', 'moved', 'exited') THEN 'overflowed'
      ELSE 'abandoned' END,
    waited, 0
  FROM visit WHERE status = 'abandoned'
)
SELECT customer_id, subject, id, ${quarter('at')} AS start, what, min((waited + 999) / 1000, 3601) AS seconds,
  count(*) AS count, sum(waited) AS waited, max(waited) AS longest, sum(talked) AS talked
FROM fact GROUP BY customer_id, subject, id, start, what, seconds`;

/** The time of each status in each quarter of an hour, and how often ringing began; wrap-up by the queue served before. */
const statusFacts = `
WITH RECURSIVE told AS (
  SELECT position, type, customer_id, body ->> '$.data.queue_id' AS queue, body ->> '$.data.status' AS status,
    body ->> '$.data.status_reason' AS reason,
    body ->> CASE WHEN type LIKE 'queuecall%' THEN '$.data.service_agent_id' ELSE '$.data.id' END AS agent,
    body ->> CASE type WHEN 'agent_deleted' THEN '$.data.tm_delete' ELSE '$.data.tm_status' END AS since
  FROM "event" WHERE type IN ('agent_created', 'agent_status_updated', 'agent_deleted', 'queuecall_serviced', 'queuecall_updated')
), known AS (
  SELECT *, max(CASE WHEN type LIKE 'queuecall%' THEN printf('%020d', position) || queue END)
    OVER (PARTITION BY agent ORDER BY position) AS latest
  FROM told
), change AS (
  SELECT position, type, customer_id, agent, status, substr(latest, 21) AS served, ${ms('since')} AS since,
    CASE WHEN status = 'busy' AND reason IN ('service', 'wrap_up') THEN reason ELSE status END AS what
  FROM known WHERE type NOT LIKE 'queuecall%'
), span AS (
  SELECT *, lead(since, 1, ?) OVER turns AS next, lag(status) OVER turns AS earlier
  FROM change WINDOW turns AS (PARTITION BY agent ORDER BY position)
), piece AS (
  SELECT customer_id, agent, what, served, since AS at, min(next, ${quarter('since')} + 900000) AS until, next
  FROM span WHERE type <> 'agent_deleted' AND status <> 'offline' AND next > since
  UNION ALL
  SELECT customer_id, agent, what, served, until, min(next, until + 900000), next FROM piece WHERE until < next
)
SELECT customer_id, 'agent' AS subject, agent AS id, ${quarter('at')} AS start, what, sum(until - at) AS amount
FROM piece GROUP BY customer_id, agent, start, what
UNION ALL
SELECT customer_id, 'queue', served, ${quarter('at')} AS start, what, sum(until - at)
FROM piece WHERE what = 'wrap_up' AND served <> '' GROUP BY customer_id, served, start
UNION ALL
SELECT customer_id, 'agent', agent, ${quarter('since')} AS start, 'offered', count(*)
FROM span WHERE status = 'ringing' AND type <> 'agent_deleted' AND earlier IS NOT 'ringing'
GROUP BY customer_id, agent, start`;

interface Fact {
  readonly customer_id: string;
  readonly subject: Subject;
  readonly id: string;
  readonly start: number;
  readonly what: string;
}

interface VisitFact extends Fact {
  readonly seconds: number;
  readonly count: number;
  readonly waited: number;
  readonly longest: number;
  readonly talked: number;
}

interface StatusFact extends Fact {
  readonly amount: number;
}

/** `Store.recount` in SQL: it shares nothing with the ledger but the names of what is counted. */
export async function recountIn(link: Link, untilMs: number | undefined): Promise<readonly Recounted[]> {
  const ask = async <R>(sql: string, parameters: readonly number[]): Promise<readonly R[]> =>
    (await link.ask({ ask: 'query', sql, parameters })) as unknown as readonly R[];
  const rows = new Map<string, Recounted>();
  for (const fact of await ask<VisitFact>(visitFacts, [])) add(rows, fact, tallyOfVisits(fact));
  if (untilMs !== undefined)
    for (const fact of await ask<StatusFact>(statusFacts, [untilMs])) add(rows, fact, tallyOfStatus(fact));
  return [...rows.values()];
}

function add(rows: Map<string, Recounted>, { customer_id, subject, id, start }: Fact, counted: object): void {
  const key = `${subject} ${id} ${start}`;
  const row = rows.get(key) ?? {
    customerId: customer_id,
    subject,
    subjectId: id,
    start,
    tally: emptyTally[subject](),
  };
  rows.set(key, row);
  addCopy(subject, row.tally, { ...emptyTally[subject](), ...counted });
}

function tallyOfVisits(fact: VisitFact): Partial<QueueTally> {
  const { subject, what, seconds, count, waited, longest, talked } = fact;
  if (subject === 'agent' || what === 'incoming' || what === 'done')
    return { [what]: count, ...(talked > 0 && { talkMs: talked }) };
  const after = { [seconds]: count };
  if (what === 'answered')
    return { answered: count, answeredWaitMs: waited, answeredAfter: after, longestWaitMs: longest };
  if (what === 'abandoned')
    return { abandoned: count, abandonedWaitMs: waited, abandonedAfter: after, longestWaitMs: longest };
  return { [what]: count, otherWaitMs: waited, longestWaitMs: longest };
}

const amounts: Readonly<Record<string, string>> = { wrap_up: 'wrapUpMs', offered: 'offered' };

function tallyOfStatus({ what, amount }: StatusFact): Readonly<Record<string, number>> {
  return { [amounts[what] ?? `${what}Ms`]: amount };
}
