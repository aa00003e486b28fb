import type { AgentStatistics, Queue, QueueStatistics } from '@parley/contract';
import { agentFigures, defaultThresholdSeconds, intervalMs, intervalStart, queueFigures } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned, findOwnedOrEnded, notFound } from '../presence.ts';
import { spanOf, type StatisticsSpan, timeAt } from '../statistics-span.ts';

type StatisticsHandlers = Pick<
  Handlers,
  'listQueueStatistics' | 'getQueueStatistics' | 'getQueueLive' | 'getAgentStatistics'
>;

export function createStatisticsHandlers({ deps }: HandlerContext): StatisticsHandlers {
  const { statistics, clock } = deps;
  const nowMs = (): number => Math.floor(clock.now().wall / 1000);
  const ofQueue = async (id: string, span: StatisticsSpan, threshold: number): Promise<QueueStatistics> => {
    const { total, intervals } = await statistics.tallies({ subject: 'queue', id, ...span });
    return {
      queue_id: id,
      ...told(span.fromMs, span.toMs),
      total: queueFigures(total, threshold),
      intervals: intervals.map(({ start, tally }) => ({
        ...told(start, start + (span.intervalMs ?? 0)),
        ...queueFigures(tally, threshold),
      })),
    };
  };
  const ofAgent = async (id: string, span: StatisticsSpan): Promise<AgentStatistics> => {
    const { total, intervals } = await statistics.tallies({ subject: 'agent', id, ...span });
    return {
      agent_id: id,
      ...told(span.fromMs, span.toMs),
      total: agentFigures(total),
      intervals: intervals.map(({ start, tally }) => ({
        ...told(start, start + (span.intervalMs ?? 0)),
        ...agentFigures(tally),
      })),
    };
  };
  const today = async (queue: Queue, threshold: number) => {
    const fromMs = intervalStart(nowMs(), intervalMs.day);
    const span = { fromMs, toMs: fromMs + intervalMs.day, intervalMs: undefined };
    return (await ofQueue(queue.id, span, threshold)).total;
  };

  return {
    async listQueueStatistics({ caller, query }) {
      const { from, to, threshold = defaultThresholdSeconds, ...paging } = query;
      const span = spanOf({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }, nowMs());
      if (!span.ok) return span;
      const page = await listPage(deps, 'queue', caller.customer.id, paging);
      if (!page.ok) return page;
      const result: QueueStatistics[] = [];
      for (const { id } of page.value.result) result.push(await ofQueue(id, span.value, threshold));
      return answer({ ...page.value, result });
    },
    async getQueueStatistics({ caller, params: { id }, query }) {
      const { threshold = defaultThresholdSeconds, ...wanted } = query;
      const span = spanOf(wanted, nowMs());
      if (!span.ok) return span;
      const found = await findOwnedOrEnded(deps, 'queue', id, caller.customer.id);
      return found.ok ? answer(await ofQueue(id, span.value, threshold)) : found;
    },
    async getQueueLive({ caller, params: { id }, query: { threshold = defaultThresholdSeconds } }) {
      const found = await findOwned(deps, 'queue', id, caller.customer.id);
      if (!found.ok) return found;
      const now = deps.queueNow(id);
      if (now === undefined) return notFound('queue', id);
      return answer({
        queue_id: id,
        tm_now: timeAt(nowMs()),
        waiting_count: now.waiting,
        longest_waittime: now.longestWaitMs,
        service_count: now.served,
        agent_counts: { ...now.agents },
        today: await today(found.value.row, threshold),
      });
    },
    async getAgentStatistics({ caller: { customer, session }, params: { id }, query }) {
      const span = spanOf(query, nowMs());
      if (!span.ok) return span;
      if (session !== undefined && session.agent_id !== id) return notFound('agent', id);
      const found = await findOwnedOrEnded(deps, 'agent', id, customer.id);
      return found.ok ? answer(await ofAgent(id, span.value)) : found;
    },
  };
}

function told(fromMs: number, toMs: number) {
  return { tm_start: timeAt(fromMs), tm_end: timeAt(toMs) };
}
