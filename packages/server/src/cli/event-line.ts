import type { LoggedEvent } from '@parley/contract';

/** An event in one line, for people: when, what, which, and what is interesting about it. */
export function eventLine(event: LoggedEvent): string {
  const time = event.tm_create.slice(11, 23);
  return `${time}  ${event.type.padEnd(20)} ${String(event.data['id']).slice(0, 8)}  ${detail(event.data)}`.trimEnd();
}

function detail(data: LoggedEvent['data']): string {
  if (isRecord(data['current_action'])) return actionText(data['current_action']);
  const status = typeof data['status'] === 'string' ? data['status'] : '';
  const ended =
    data['hangup_reason'] === undefined || data['hangup_reason'] === ''
      ? ''
      : ` by ${String(data['hangup_by'])}, ${String(data['hangup_reason'])}`;
  const route =
    isRecord(data['source']) && isRecord(data['destination'])
      ? `${String(data['source']['target'])} -> ${String(data['destination']['target'])}  `
      : '';
  return `${route}${status}${ended}`;
}

function actionText(action: Readonly<Record<string, unknown>>): string {
  const type = action['type'] === '' ? '(start)' : String(action['type']);
  const option = isRecord(action['option']) ? JSON.stringify(action['option']) : '';
  return `${type} ${option.length > 90 ? `${option.slice(0, 87)}...` : option}`.trimEnd();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
