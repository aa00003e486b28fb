import type { Sitting } from '../call/sitting.ts';
import { afterMs, type Monotonic } from '../ports/moment.ts';
import type { Visit } from './live-queue.ts';
import { changeQueue, changeVisit, without } from './queue-rows.ts';

/** From now on the room closes with the end of the talk. */
export function leaveToThem(sitting: Sitting, roomId: string): void {
  const room = sitting.rooms.find(roomId);
  if (room !== undefined) room.keepOpen = false;
}

/** Caller and agent are in the room. */
export function beginTalk(sitting: Sitting, visit: Visit, servedAt: Monotonic): void {
  const { service_timeout: longest } = visit.rules;
  visit.deadline = longest > 0 ? afterMs(servedAt, longest) : undefined;
  if (visit.roomId !== undefined) leaveToThem(sitting, visit.roomId);
  const waitedMs = Math.round(servedAt - visit.enteredAt);
  changeVisit(
    sitting,
    visit,
    {
      status: 'service',
      tm_service: sitting.decision.stamp,
      duration_waiting: waitedMs,
      answer_agent_id: visit.row.service_agent_id,
    },
    'queuecall_serviced',
  );
  changeQueue(sitting, visit.row.queue_id, (queue) => ({
    wait_queue_call_ids: without(queue.wait_queue_call_ids, visit.row.id),
    service_queue_call_ids: [...queue.service_queue_call_ids, visit.row.id],
    total_serviced_count: queue.total_serviced_count + 1,
    total_waittime: queue.total_waittime + waitedMs,
  }));
}
