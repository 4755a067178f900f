/** The secret that lets a program on this machine use the keeper’s control API. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

const API_TOKEN_FILE = 'api-token'
const TOKEN_BYTES = 32
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{32,256}$/

/** The token of `dataDir/api-token` (mode 0600); made where there is none or the file holds no token. */
export async function loadApiToken(dataDir: string): Promise<string> {
  const path = join(dataDir, API_TOKEN_FILE)
  const stored = (await readPrivateFile(path))?.toString('utf8').trim() ?? ''
  if (TOKEN_PATTERN.test(stored)) return stored
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  await writePrivateFile(path, `${token}\n`)
  return token
}

/** True where an `Authorization` header carries the token as “Bearer …”. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
  // Digests have one length whatever the guess’s, and comparing them takes the same time for each guess.
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
