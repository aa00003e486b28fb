import type { LoggedEvent } from '@parley/contract';

/** An event in one line, for people: when, what, which, and what is interesting about it. */
export function eventLine(event: LoggedEvent): string {
  const time = event.tm_create.slice(11, 23);
  return `${time}  ${event.type.padEnd(20)} ${textOf(event.data['id']).slice(0, 8)}  ${detail(event.data)}`.trimEnd();
}

function detail(data: LoggedEvent['data']): string {
  if (isRecord(data['current_action'])) return actionText(data['current_action']);
  const ended =
    textOf(data['hangup_reason']) === ''
      ? ''
      : ` by ${textOf(data['hangup_by'])}, ${textOf(data['hangup_reason'])}`;
  const source = data['source'];
  const destination = data['destination'];
  const route =
    isRecord(source) && isRecord(destination)
      ? `${textOf(source['target'])} -> ${textOf(destination['target'])}  `
      : '';
  return `${route}${textOf(data['status'])}${ended}`;
}

function actionText(action: Readonly<Record<string, unknown>>): string {
  const type = action['type'] === '' ? '(start)' : textOf(action['type']);
  const option = isRecord(action['option']) ? JSON.stringify(action['option']) : '';
  return `${type} ${option.length > 90 ? `${option.slice(0, 87)}...` : option}`.trimEnd();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
