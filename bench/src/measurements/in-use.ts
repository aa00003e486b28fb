import type { ServerUnderTest } from '../programs/server.ts';
import type { Table } from '../report/table.ts';
import { pretty } from '../statistics.ts';

/** What is in use when the garbage has been collected. */
export interface InUse {
  readonly when: string;
  readonly residentMb: number;
  /** Of all threads. */
  readonly heapsMb: number;
}

/** Collects the garbage of all threads. */
export async function inUse(when: string, server: ServerUnderTest): Promise<InUse> {
  const inspector = await server.inspector();
  const heapsMb = (await inspector.collectGarbage()) / 1e6;
  return { when, residentMb: server.residentMb, heapsMb };
}

export function collectedTable(states: readonly InUse[]): Table {
  return {
    title: 'Memory after the garbage of all threads was collected, MB',
    columns: ['when', 'resident', 'heaps of all threads, with buffers'],
    rows: states.map(({ when, residentMb, heapsMb }) => [when, pretty(residentMb), pretty(heapsMb)]),
  };
}
