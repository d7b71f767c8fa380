import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Which answers each connection still has to get: with pipelining, several. */
export class AnswersUnderWay {
  readonly #of = new WeakMap<Socket, Set<ServerResponse>>();

  add(response: ServerResponse): void {
    const { socket } = response.req;
    const answers = this.#of.get(socket) ?? new Set();
    this.#of.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
  }

  /** Whether a request that is there whole waits for its answer. */
  isBusy(socket: Socket): boolean {
    return this.#whole(socket).length > 0;
  }

  /** Does something when all whole requests of a connection are answered; at once, if none waits. */
  whenAnswered(socket: Socket, work: () => void): void {
    const answers = this.#whole(socket);
    if (answers.length === 0) return work();
    let left = answers.length;
    for (const answer of answers) answer.once('close', () => --left === 0 && work());
  }

  #whole(socket: Socket): ServerResponse[] {
    return [...(this.#of.get(socket) ?? [])].filter(({ req }) => req.complete);
  }
}
