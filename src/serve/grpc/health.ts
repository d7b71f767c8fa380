import type { ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { HandspringError } from '../../core/errors.js';
import type { Lifecycle } from '../operations.js';
import { answerCall } from './answer-call.js';
import { callContext } from './call-context.js';

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

interface HealthRequest {
  readonly service: string;
}

export interface HealthParts {
  readonly lifecycle: Lifecycle;
  /** Full names of the services that there are, this one included. */
  readonly services: readonly string[];
}

const NUMBERS = { SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;
const LOOK_EVERY_MS = 250;

/** `grpc.health.v1.Health`: all services are as the process is, under their names and under none. */
export function healthService({ lifecycle, services }: HealthParts): UntypedServiceImplementation {
  const statusOf = (service: string): ServingStatus => {
    if (service !== '' && !services.includes(service)) return 'SERVICE_UNKNOWN';
    return lifecycle.phase() === 'ready' ? 'SERVING' : 'NOT_SERVING';
  };
  return {
    Check: answerCall(({ service }: HealthRequest) => {
      const status = statusOf(service);
      if (status === 'SERVICE_UNKNOWN')
        throw new HandspringError('not_found', `service: expected one of ${services.join(', ')}`);
      return { status: NUMBERS[status] };
    }),
    List: answerCall(() => ({
      statuses: Object.fromEntries(
        ['', ...services].map((service) => [service, { status: NUMBERS[statusOf(service)] }]),
      ),
    })),
    Watch: (call: ServerWritableStream<HealthRequest, object>) => {
      const { signal } = callContext(call);
      let told: ServingStatus | undefined;
      const look = () => {
        const status = statusOf(call.request.service);
        if (status === told) return;
        told = status;
        call.write({ status: NUMBERS[status] });
        if (lifecycle.phase() === 'stopping') call.end(); // else it would keep the connection open
      };
      const watch = setInterval(look, LOOK_EVERY_MS).unref();
      signal.addEventListener('abort', () => clearInterval(watch), { once: true });
      look();
    },
  };
}
