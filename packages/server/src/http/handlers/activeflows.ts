import type { Activeflow } from '@parley/contract';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwnedOrEnded, notFound } from '../presence.ts';

type ActiveflowHandlers = Pick<
  Handlers,
  'listActiveflows' | 'getActiveflow' | 'stopActiveflow' | 'resumeActiveflow'
>;

export function createActiveflowHandlers({ deps }: HandlerContext): ActiveflowHandlers {
  const read = async (id: string, customerId: string): Promise<Outcome<Activeflow>> => {
    const found = await findOwnedOrEnded(deps, 'activeflow', id, customerId);
    return found.ok ? answer(found.value.row) : found;
  };
  /** Acts on an activeflow of this customer and answers with what it is then; `refusal` is why it may not. */
  const act = async (
    id: string,
    customerId: string,
    command: () => Promise<'ok' | 'notFound' | 'refused'>,
    problem: string,
  ): Promise<Outcome<Activeflow>> => {
    const found = await read(id, customerId);
    if (!found.ok) return found;
    const done = await command();
    if (done === 'notFound') return notFound('activeflow', id);
    return done === 'ok' ? read(id, customerId) : refuse('STATE_INVALID', { problem });
  };
  return {
    listActiveflows: ({ caller, query }) => listPage(deps, 'activeflow', caller.customer.id, query),
    getActiveflow: ({ caller, params }) => read(params.id, caller.customer.id),
    stopActiveflow: ({ caller, params: { id } }) =>
      act(
        id,
        caller.customer.id,
        async () => {
          const done = await deps.activeflows.stop(id);
          return done === 'ended' ? 'refused' : done;
        },
        'the activeflow has ended already',
      ),
    resumeActiveflow: ({ caller, params: { id }, body }) =>
      act(
        id,
        caller.customer.id,
        async () => {
          const done = await deps.activeflows.resume(id, body.action_id);
          return done === 'notBlocked' ? 'refused' : done;
        },
        `${body.action_id} is not a block action under way`,
      ),
  };
}
