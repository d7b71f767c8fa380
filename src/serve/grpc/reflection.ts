import type { ServerDuplexStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { callContext } from './call-context.js';
import { fileDescriptors } from './schema.js';
import type { DescribedFile } from './schema.js';

/** As protobufjs decodes it: `messageRequest` names the field that is asked with. */
interface ReflectionRequest {
  readonly messageRequest?: string;
  readonly fileByFilename: string;
  readonly fileContainingSymbol: string;
  readonly allExtensionNumbersOfType: string;
}

/**
 * `grpc.reflection`: which services there are, and their types. By hand, as @grpc/reflection brings a second protobufjs.
 * @param services Full names, in the order in which they are listed.
 */
export function reflectionService(services: readonly string[]): UntypedServiceImplementation {
  const files = fileDescriptors(services);
  return {
    ServerReflectionInfo: (call: ServerDuplexStream<ReflectionRequest, object>) => {
      const context = callContext(call);
      call.on('data', (request: ReflectionRequest) => {
        context.messages.next()?.release();
        call.write({ originalRequest: request, ...answer(request, services, files) });
      });
      call.once('end', () => call.end());
      context.stopping.addEventListener('abort', () => call.end());
    },
  };
}

function answer(
  request: ReflectionRequest,
  services: readonly string[],
  files: readonly DescribedFile[],
): object {
  switch (request.messageRequest) {
    case 'listServices':
      return { listServicesResponse: { service: services.map((name) => ({ name })) } };
    case 'fileByFilename':
      return found(files.filter(({ name }) => name === request.fileByFilename));
    case 'fileContainingSymbol':
      return found(files.filter(({ symbols }) => symbols.has(request.fileContainingSymbol)));
    case 'allExtensionNumbersOfType':
      return { allExtensionNumbersResponse: { baseTypeName: request.allExtensionNumbersOfType } };
    case 'fileContainingExtension':
      return found([]);
    default:
      return failure(status.INVALID_ARGUMENT, 'expected one of the questions of ServerReflectionRequest');
  }
}

function found(files: readonly DescribedFile[]): object {
  if (files.length === 0) return failure(status.NOT_FOUND, 'there is none of this name');
  return { fileDescriptorResponse: { fileDescriptorProto: files.map(({ bytes }) => bytes) } };
}

function failure(errorCode: number, errorMessage: string): object {
  return { errorResponse: { errorCode, errorMessage } };
}
