/** Where it was to listen, and by which option. */
export interface ListenTarget {
  readonly option: 'PORT' | 'OPS_PORT' | 'GRPC_PORT';
  readonly host: string;
  readonly port: number;
}

/** Why an address cannot be listened on, in the words of the options that set it. */
export function toListenError(cause: NodeJS.ErrnoException, { option, host, port }: ListenTarget): Error {
  return new Error(`${whatToSet(cause.code, option, host, port)} (${cause.code ?? cause.message})`, {
    cause,
  });
}

function whatToSet(code: string | undefined, option: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${option}: expected a free port, ${port} on ${host} is taken; set ${option} to another one, or see what has it with handspring doctor`;
    case 'EACCES':
      return `${option}: expected a port that this user may listen on, received ${port}; set ${option} to one from 1024 on`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST: expected an address of this machine, received "${host}"; set HOST to one, or to 0.0.0.0 for all`;
    default:
      return `HOST, ${option}: expected an address to listen on, received "${host}" and ${port}`;
  }
}
