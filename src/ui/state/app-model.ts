/**
 * The state of the whole page:
 *
 *   NodeHost ──open──▶ NodeApi ──watch──▶ snapshot ──▶ derived signals ──▶ components
 *   components ──▶ FileActions / AppModel methods ──▶ NodeApi        failures ──▶ notices, announcements
 */
import { batch, computed, effect, signal, untracked } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { QuireError } from '../../errors.ts'
import type { DatasetView, InterruptedUploadView, NodeApi, NodeEvent, TransferView } from '../../rpc/api.ts'
import { transferRowId } from '../files/element-ids.ts'
import { HistoryModel } from '../communities/history-model.ts'
import type { PageServices } from '../page/page-services.ts'
import { isRunning } from '../format/words.ts'
import { viewOfError } from '../../rpc/errors.ts'
import { DeviceModel } from './device-model.ts'
import { NO_DEVICE, type DeviceServices } from './device-services.ts'
import { FileActions } from './file-actions.ts'
import { milestone } from './milestones.ts'
import { NetworkActions } from './network-actions.ts'
import { NO_APP_WORKER, type AppWorker } from './app-worker.ts'
import { applyEvent, EMPTY_SNAPSHOT, transferOf } from './node-snapshot.ts'
import type { NodeSnapshot } from './node-snapshot.ts'
import type { NodeHost, NodeState } from './node-state.ts'
import type { FileNote } from './not-added.ts'
import { concerns, Notices } from './notices.ts'
import type { Notice } from './notices.ts'
import { RateHistory } from './rate-history.ts'
import { findCommunityId, isCommunityPath, sharedIdIn } from './route.ts'
import type { Router } from './router.ts'
import type { ThemeChoice } from './theme.ts'

/** An ended transfer stays long enough to be read; the dataset’s own row says the rest. */
const ENDED_SHOWN_MS = 6000
/** A folder of small files ends file after file; what still runs must not drown in what is done. */
const MAX_DONE_SHOWN = 3

/** A question whether to give up a part of a file. */
export interface Discard {
  readonly name: string
  readonly storedBytes: number
  readonly isRunning: boolean
  readonly confirm: () => void
}

export interface AppParts {
  readonly host: NodeHost
  readonly page: PageServices
  readonly router: Router
  readonly theme: ThemeChoice
  readonly worker?: AppWorker | undefined
  readonly device?: DeviceServices | undefined
}

export class AppModel {
  readonly page: PageServices
  readonly router: Router
  readonly theme: ThemeChoice
  readonly worker: AppWorker
  readonly notices = new Notices()
  readonly files: FileActions
  readonly network: NetworkActions
  readonly device: DeviceModel
  readonly history: HistoryModel
  /** The last sentence for screen readers. */
  readonly announcement = signal('')
  /** The dataset whose deletion waits for a yes. */
  readonly deleting = signal<DatasetView | undefined>(undefined)
  /** What was added of a file and would be removed waits for a yes. */
  readonly discarding = signal<Discard | undefined>(undefined)
  readonly rates = new RateHistory()
  readonly areShortcutsShown = signal(false)

  readonly chosenDataset: ReadonlySignal<DatasetView | undefined>
  readonly chosenTransfer: ReadonlySignal<TransferView | undefined>
  readonly shownTransfers: ReadonlySignal<readonly TransferView[]>
  /** Uploads that wait for their file; one whose file was given is a transfer. */
  readonly shownInterrupted: ReadonlySignal<readonly InterruptedUploadView[]>
  /** Files whose turn had not come; those of which something is here are uploads that wait for their file. */
  readonly shownNotAdded: ReadonlySignal<readonly FileNote[]>
  readonly shownNotices: ReadonlySignal<readonly Notice[]>
  /** True while leaving the page would lose work: an upload, a save, the reading of an export; a fetch keeps what arrived. */
  readonly wouldLoseWork: ReadonlySignal<boolean>

  readonly #host: NodeHost
  readonly #nodeState = signal<NodeState>({ state: 'starting' })
  readonly #snapshot = signal<NodeSnapshot>(EMPTY_SNAPSHOT)
  readonly #dismissals = new Map<string, ReturnType<typeof setTimeout>>()
  #unwatch: (() => void) | undefined
  #stopFetchingOpenedLinks: (() => void) | undefined
  #stopFollowingUploads: (() => void) | undefined
  #stopDevice: (() => void) | undefined
  #isStopped = false

  constructor({ host, page, router, theme, worker = NO_APP_WORKER, device = NO_DEVICE }: AppParts) {
    this.#host = host
    this.page = page
    this.router = router
    this.theme = theme
    this.worker = worker
    const parts = {
      node: () => this.#runningNode(),
      snapshot: () => this.#snapshot.peek(),
      page,
      router,
      notices: this.notices,
      announce: (text: string) => this.announce(text),
    }
    this.files = new FileActions(parts)
    this.history = new HistoryModel(parts)
    this.network = new NetworkActions({ ...parts, files: this.files })
    this.device = new DeviceModel({ ...parts, device, files: this.files })
    this.chosenDataset = computed(() =>
      this.#snapshot.value.datasets?.find(({ cid }) => cid === router.route.value.cid),
    )
    this.chosenTransfer = computed(() => {
      const { cid } = router.route.value
      return cid === undefined ? undefined : transferOf(this.#snapshot.value.transfers, cid)
    })
    this.shownTransfers = computed(() =>
      withoutCrowd(withoutNoticed(this.#snapshot.value.transfers, this.notices.list.value)),
    )
    this.shownInterrupted = computed(() => withoutGiven(this.#snapshot.value))
    this.shownNotAdded = computed(() => withoutKept(this.files.notAdded.files.value, this.#snapshot.value))
    this.shownNotices = computed(() => withoutRows(this.notices.list.value, this.#snapshot.value.transfers))
    this.wouldLoseWork = computed(() => {
      const isBusy = this.#snapshot.value.transfers.some((transfer) => transfer.kind !== 'fetch' && isRunning(transfer))
      return (
        isBusy ||
        this.files.queue.isRunning.value ||
        this.history.isImporting.value ||
        this.device.backup.isMaking.value
      )
    })
  }

  get nodeState(): ReadonlySignal<NodeState> {
    return this.#nodeState
  }

  get snapshot(): ReadonlySignal<NodeSnapshot> {
    return this.#snapshot
  }

  /** Opens the node; resolves when it runs or has failed to (`nodeState` says which). */
  async start(): Promise<void> {
    this.router.start()
    this.#stopFetchingOpenedLinks = this.#fetchOpenedLinks()
    this.#stopFollowingUploads = this.#followUploads()
    try {
      const api = await this.#host.open((error) => this.#fail(error))
      const unwatch = await api.watch((event) => this.#receive(event))
      if (this.#isStopped) return unwatch()
      this.#unwatch = unwatch
      this.files.notAdded.load()
      this.#nodeState.value = { state: 'running', api }
      this.#stopDevice = this.device.start()
      void this.history.open(api.history)
    } catch (error) {
      this.#fail(error)
    }
  }

  stop(): void {
    this.#isStopped = true
    this.#unwatch?.()
    this.#stopFetchingOpenedLinks?.()
    this.#stopFollowingUploads?.()
    this.#stopDevice?.()
    for (const timer of this.#dismissals.values()) clearTimeout(timer)
    this.#dismissals.clear()
    this.files.queue.stop()
    this.history.close()
    this.router.stop()
    this.#host.close()
  }

  announce(text: string): void {
    this.announcement.value = text
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return
    this.#nodeState.value = { state: 'failed', error: viewOfError(error) }
    this.announce(viewOfError(error).message)
  }

  #runningNode(): NodeApi {
    const now = this.#nodeState.peek()
    if (now.state === 'running') return now.api
    throw new QuireError('ERR_NODE_STOPPED', 'The node does not run.')
  }

  #receive(event: NodeEvent): void {
    const before = this.#snapshot.peek()
    if (event.type === 'transfer') this.rates.note(event.transfer, Date.now())
    if (event.type === 'transfer-removed') this.rates.forget(event.id)
    this.device.receive(event)
    batch(() => {
      this.#snapshot.value = applyEvent(before, event)
      if (event.type === 'transfer') this.#followTransfer(before, event.transfer)
    })
  }

  #followTransfer(before: NodeSnapshot, transfer: TransferView): void {
    const sentence = milestone(
      before.transfers.find(({ id }) => id === transfer.id),
      transfer,
    )
    if (sentence !== undefined) this.announce(sentence)
    const { state } = transfer.phase
    const hasEnded = state === 'done' || state === 'cancelled'
    if (hasEnded && !this.#dismissals.has(transfer.id)) this.#dismissLater(transfer.id)
  }

  #dismissLater(id: string): void {
    const timer = setTimeout(() => {
      // It does not go from under somebody who is about to press one of its buttons.
      if (this.page.isPointedAt(transferRowId(id))) return this.#dismissLater(id)
      this.#dismissals.delete(id)
      void this.files.dismiss(id)
    }, ENDED_SHOWN_MS)
    this.#dismissals.set(id, timer)
  }

  /** What is unfinished is noted while the node runs here: another tab’s list is not written over. */
  #followUploads(): () => void {
    const stopNoting = effect(() => {
      const unfinished = this.files.queue.unfinished.value
      if (this.#nodeState.value.state === 'running') this.files.notAdded.note(unfinished)
    })
    const stopCounting = effect(() => {
      const uploads = this.#snapshot.value.transfers.filter(({ kind }) => kind === 'upload')
      const pausedCount = uploads.filter(({ phase }) => phase.state === 'paused').length
      untracked(() => this.files.queue.setPausedCount(pausedCount))
    })
    return () => {
      stopNoting()
      stopCounting()
    }
  }

  /** Whoever opened a link wants what it names: it is fetched, or followed, as soon as it is known what is here already. */
  #fetchOpenedLinks(): () => void {
    return effect(() => {
      const path = this.router.openedLink.value
      if (path === undefined || this.#nodeState.value.state !== 'running') return
      const isCommunity = isCommunityPath(path) || findCommunityId(path) !== undefined
      const known = isCommunity ? this.history.communities.value : this.#snapshot.value.datasets
      if (known === undefined) return
      const link = this.router.takeOpenedLink() ?? path
      const shared = sharedIdIn(link)
      untracked(() => {
        if (shared !== undefined) void this.device.takeShared(shared)
        else void (isCommunity ? this.history.actions.followOpened(link) : this.files.fetch(link))
      })
    })
  }
}

/** What the node keeps of a file is told by the node. */
function withoutKept(notes: readonly FileNote[], { interrupted }: NodeSnapshot): readonly FileNote[] {
  return notes.filter(
    (note) => !interrupted.some((kept) => kept.name === note.name && kept.sizeBytes === note.sizeBytes),
  )
}

/** A transfer is told at once, the list of interrupted uploads a moment later. */
function withoutGiven({ interrupted, transfers }: NodeSnapshot): readonly InterruptedUploadView[] {
  const uploads = transfers.filter((transfer) => transfer.kind === 'upload' && isRunning(transfer))
  return interrupted.filter(({ name, sizeBytes }) => {
    return !uploads.some((upload) => upload.name === name && upload.totalBytes === sizeBytes)
  })
}

/** A failed upload of this page is told by its notice, which gathers many; its row would say it twice. */
function withoutNoticed(transfers: readonly TransferView[], notices: readonly Notice[]): readonly TransferView[] {
  return transfers.filter(
    (transfer) => !(transfer.kind === 'upload' && notices.some((notice) => concerns(notice, transfer))),
  )
}

/** Of those that are done the newest. */
function withoutCrowd(transfers: readonly TransferView[]): readonly TransferView[] {
  const done = transfers.filter(({ phase }) => phase.state === 'done').slice(MAX_DONE_SHOWN)
  return done.length === 0 ? transfers : transfers.filter((transfer) => !done.includes(transfer))
}

/** A failed fetch or save is told by its row, which can try again. */
function withoutRows(notices: readonly Notice[], transfers: readonly TransferView[]): readonly Notice[] {
  return notices.filter((notice) => {
    return notice.kind === 'upload' || !transfers.some((transfer) => concerns(notice, transfer))
  })
}
