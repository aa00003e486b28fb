import type { House } from '../call/house.ts';
import { compareCallers, type InLine } from '../matching/rank.ts';
import type { Visit } from './live-queue.ts';

/** Place of a visit among all who wait in its queue, 1 is next. */
export function positionOf(house: House, visit: Visit): number {
  const own = inLine(visit);
  let before = 0;
  for (const id of house.queues.get(visit.row.queue_id)?.row.wait_queue_call_ids ?? []) {
    const other = house.visits.get(id);
    if (other !== undefined && compareCallers(inLine(other), own) < 0) before += 1;
  }
  return before + 1;
}

function inLine({ row, joinedAt, place }: Visit): InLine {
  return { queuecallId: row.id, priority: row.priority, joinedAt, place };
}
