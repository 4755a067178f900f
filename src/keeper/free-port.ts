import { createServer } from 'node:net'
import { QuireError } from '../errors.ts'

/**
 * Resolves where `port` can be listened on at `host`.
 *
 * libp2p reports a busy port as one line among many of a message for developers; asking first gives a person the one that
 * matters. Errors: `ERR_PORT_IN_USE`, `ERR_OPTION_INVALID` (no such address on this machine, or a reserved port).
 */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true }, resolve)
    })
  } catch (cause) {
    const isBusy = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    if (isBusy)
      throw new QuireError('ERR_PORT_IN_USE', `Port ${port} on ${host} is in use.`, { cause, details: { port } })
    throw new QuireError('ERR_OPTION_INVALID', `It is not possible to listen on ${host}, port ${port}.`, { cause })
  }
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
