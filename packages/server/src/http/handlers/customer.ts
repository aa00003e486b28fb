import { publicAccesskey, rotateWebhookSecret, type Stored, updateCustomer } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { isDeleted } from '../presence.ts';

type CustomerHandlers = Pick<Handlers, 'getMe' | 'getCustomer' | 'updateCustomer' | 'rotateWebhookSecret'>;

export function createCustomerHandlers({ deps, change }: HandlerContext): CustomerHandlers {
  /** The customer was there when the key was looked up; when it is gone since, so is the key. */
  const find = async (id: string): Promise<Outcome<Stored<'customer'>>> => {
    const stored = await deps.store.get('customer', id);
    return stored === undefined || isDeleted(stored.row) ? refuse('INVALID_CREDENTIALS', {}) : answer(stored);
  };
  return {
    async getMe({ caller }) {
      if (caller.accesskey === undefined) {
        const agent = await deps.store.get('agent', caller.session.agent_id);
        return agent === undefined ? refuse('INVALID_CREDENTIALS', {}) : answer({ agent: agent.row });
      }
      const found = await find(caller.customer.id);
      if (!found.ok) return found;
      return answer({ customer: found.value.row, accesskey: publicAccesskey(caller.accesskey) });
    },
    async getCustomer({ caller }) {
      const found = await find(caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    async updateCustomer({ caller, body }) {
      for (const key of ['webhook_uri', 'music_on_hold_uri'] as const)
        if (!isReachable(body[key] ?? '')) return badUri(key);
      return change('customer', async (draft) => {
        const found = await find(caller.customer.id);
        return found.ok ? answer(updateCustomer(draft, found.value, body)) : found;
      });
    },
    rotateWebhookSecret: ({ caller }) =>
      change('customer', async (draft) => {
        const found = await find(caller.customer.id);
        return found.ok ? answer(rotateWebhookSecret(draft, deps.chance, found.value)) : found;
      }),
  };
}

/** The contract's pattern keeps out other schemes; this, what no HTTP client could make an address of. */
function isReachable(text: string): boolean {
  return text === '' || URL.canParse(text);
}

function badUri(key: 'webhook_uri' | 'music_on_hold_uri') {
  const message = 'is not a URL that could be reached';
  return refuse('INVALID_ARGUMENT', { problem: `"${key}" in the body ${message}` }, [
    { in: 'body', path: key, reason: 'wrong_form', message },
  ]);
}
