/** What the gRPC library reads, in its order. */
const PROXY_VARIABLES = ['grpc_proxy', 'https_proxy', 'http_proxy'] as const;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * The variable with the proxy that gRPC to a host goes through; empty for none. The library sends even what goes to this
 * machine through a proxy: that is turned off here for the process, as no proxy can lead there.
 * @param hostname As a `URL` has it.
 */
export function grpcProxyVariable(hostname: string, env: NodeJS.ProcessEnv = process.env): string {
  const excepted = (env['no_grpc_proxy'] ?? env['no_proxy'] ?? '').split(',').filter((host) => host !== '');
  if (LOOPBACK.test(hostname)) {
    env['no_grpc_proxy'] = [...excepted, hostname.replace(/[[\]]/g, '')].join(',');
    return '';
  }
  if (excepted.some((host) => `.${hostname}`.endsWith(`.${host.replace(/^\./, '')}`))) return '';
  return PROXY_VARIABLES.find((name) => env[name]) ?? '';
}
