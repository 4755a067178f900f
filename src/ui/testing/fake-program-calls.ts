import { QuireError } from '../../errors.ts'
import type { AboutView, LogLevel, UploadSessionApi } from '../../rpc/api.ts'

/** What programs ask of a node, and the page does not. */
export class FakeProgramCalls {
  async about(): Promise<AboutView> {
    return { version: '0', revision: 'unknown' }
  }

  async connect(peer: string): Promise<string> {
    return peer
  }

  async logLevel(): Promise<LogLevel> {
    return 'warn'
  }

  async setLogLevel(): Promise<void> {
    // There is no log.
  }

  async openUpload(): Promise<UploadSessionApi> {
    throw new QuireError('ERR_NODE_STOPPED', 'The fake takes whole files alone.')
  }
}
