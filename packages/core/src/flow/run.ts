import { type Action, finishActionId, nilId, startActionId } from '@parley/contract';
import { limits } from '../limits.ts';

/** One list of actions being walked: the flow's own, or one nested by an action of the frame below. */
interface Frame {
  actions: readonly Action[];
  /** The action of the frame below that put this one on; the walk goes on after it. */
  readonly owner: string;
}

/** Where an activeflow stands in its nested lists. */
export class Run {
  readonly #frames: Frame[];
  #currentId: string = startActionId;

  constructor(actions: readonly Action[]) {
    this.#frames = [{ actions, owner: nilId }];
  }

  /** The lists as one, each nested one right after the action that put it on: what `activeflow.actions` shows. */
  get actions(): readonly Action[] {
    return this.#frames.reduceRight<readonly Action[]>((nested, frame, depth) => {
      const owner = this.#frames[depth + 1]?.owner;
      const at = frame.actions.findIndex((action) => action.id === owner);
      return at < 0
        ? frame.actions
        : [...frame.actions.slice(0, at + 1), ...nested, ...frame.actions.slice(at + 1)];
    }, []);
  }

  /** Makes the next action the current one; undefined when there is none left. */
  advance(): Action | undefined {
    for (;;) {
      const following = this.#following();
      if (following !== undefined) return this.#enter(following);
      const ended = this.#frames.pop();
      if (ended === undefined || this.#frames.length === 0) return undefined;
      this.#currentId = ended.owner;
    }
  }

  /** Makes that action the current one, leaving nested lists it is not in; undefined when no list has it. */
  jump(actionId: string): Action | undefined {
    if (actionId === finishActionId) return undefined;
    const depth = this.#frames.findLastIndex((frame) =>
      frame.actions.some((action) => action.id === actionId),
    );
    if (depth < 0) return undefined;
    this.#frames.length = depth + 1;
    return this.#enter(this.#find(actionId));
  }

  /** Puts a list on top, to be walked before what follows the current action. False: too deep, or too many actions. */
  nest(actions: readonly Action[]): boolean {
    const inForce = this.#frames.reduce((sum, frame) => sum + frame.actions.length, actions.length);
    if (this.#frames.length > limits.nesting || inForce > limits.actionsInForce) return false;
    this.#frames.push({ actions, owner: this.#currentId });
    this.#currentId = startActionId;
    return true;
  }

  /** Changes the copy of the current action that later passes will see. */
  rewrite(option: Readonly<Record<string, unknown>>): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    frame.actions = frame.actions.map((action) =>
      action.id === this.#currentId ? { ...action, option: { ...action.option, ...option } } : action,
    );
  }

  #following(): Action | undefined {
    const actions = this.#frames.at(-1)?.actions ?? [];
    if (this.#currentId === startActionId) return actions[0];
    const at = actions.findIndex((action) => action.id === this.#currentId);
    const current = actions[at];
    if (current === undefined) return undefined;
    return current.next_id === nilId ? actions[at + 1] : this.#find(current.next_id);
  }

  #find(actionId: string): Action | undefined {
    return this.#frames.at(-1)?.actions.find((action) => action.id === actionId);
  }

  #enter(action: Action | undefined): Action | undefined {
    if (action !== undefined) this.#currentId = action.id;
    return action;
  }
}
