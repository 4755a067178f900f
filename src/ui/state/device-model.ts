/** The page’s dealings with the device: space, backups, installing, what the system hands to it. */
import type { NodeApi, NodeEvent } from '../../rpc/api.ts'
import { SHARE_FAILED, SHARE_PATH } from '../../rpc/shared-files.ts'
import { sharedIdIn } from './route.ts'
import type { PageServices } from '../page/page-services.ts'
import { BackupActions } from './backup-actions.ts'
import type { DeviceServices, Launch } from './device-services.ts'
import type { FileActions } from './file-actions.ts'
import { sharedFilesError, type Notices } from './notices.ts'
import { Offers } from './offers.ts'
import type { Router } from './router.ts'
import { SpaceActions } from './space-actions.ts'

interface DeviceModelParts {
  readonly node: () => NodeApi
  readonly page: PageServices
  readonly device: DeviceServices
  readonly router: Router
  readonly files: FileActions
  readonly notices: Notices
  readonly announce: (text: string) => void
}

/** What backups are called; the manifest’s `file_handlers` has it, too. */
const BACKUP_ENDING = /\.quire$/iu

export class DeviceModel {
  readonly services: DeviceServices
  readonly space: SpaceActions
  readonly offers: Offers
  readonly backup: BackupActions
  readonly #parts: DeviceModelParts
  #hasTakenShared = false

  constructor(parts: DeviceModelParts) {
    this.#parts = parts
    this.services = parts.device
    this.space = new SpaceActions(parts)
    this.offers = new Offers({ ...parts, space: this.space })
    this.backup = new BackupActions(parts)
  }

  /** Once the node runs: until then nothing that is handed over could be taken. */
  start(): () => void {
    void this.space.readPromise()
    this.services.onLaunch((launch) => this.#takeLaunch(launch))
    return this.offers.start()
  }

  receive(event: NodeEvent): void {
    if (event.type === 'evicted') this.space.noteEviction(event.eviction)
    if (event.type === 'datasets') this.space.noteHere(event.datasets)
    if (event.type === 'backup') this.backup.receive(event.backup)
    if (event.type !== 'transfer') return
    const { kind, phase } = event.transfer
    if (kind !== 'save' && phase.state === 'done') this.offers.noteSuccess()
  }

  /** Adds what another app shared; the address is then the files’, so that a reload does not ask for it again. */
  async takeShared(id: string): Promise<void> {
    const { router, notices, files } = this.#parts
    router.settle()
    this.#hasTakenShared = true
    const shared = id === SHARE_FAILED ? [] : await this.services.takeShared(id).catch(() => [])
    if (shared.length === 0) notices.add('upload', [], sharedFilesError())
    else files.add(shared)
  }

  /** A browser that brings the page to the front in place of leading it to what was shared leaves that behind. */
  #expectShared(): void {
    const isComing = sharedIdIn(this.#parts.router.openedLink.peek() ?? '') !== undefined
    if (!isComing && !this.#hasTakenShared) this.#parts.notices.add('upload', [], sharedFilesError())
    this.#hasTakenShared = false
  }

  #takeLaunch({ url, files, unreadableNames }: Launch): void {
    const { router } = this.#parts
    if (unreadableNames.length > 0) this.#parts.files.tellUnreadable(unreadableNames)
    const backup = files.find(({ name }) => BACKUP_ENDING.test(name))
    const others = files.filter((file) => file !== backup)
    if (others.length > 0) this.#parts.files.add(others)
    if (backup !== undefined) {
      this.backup.choose(backup.file)
      router.showPlace('settings')
    }
    if (files.length > 0 || url === undefined) return
    const { hash, pathname } = new URL(url)
    if (hash !== '') router.open(hash)
    else if (pathname.endsWith(`/${SHARE_PATH}`)) this.#expectShared()
  }
}
