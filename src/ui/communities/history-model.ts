/**
 * What the page knows of communities:
 *
 *   HistoryApi ──watch──▶ communities, person, imports (signals)      touched, signal ──▶ listeners (timelines)
 *   components ──▶ actions, keys ──▶ HistoryApi          failures ──▶ notices, or back to the form that asked
 */
import { batch, computed, signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { QuireError } from '../../errors.ts'
import type { ErrorView } from '../../rpc/api.ts'
import { viewOfError } from '../../rpc/errors.ts'
import type {
  CommunityId,
  CommunityView,
  HistoryApi,
  HistoryEvent,
  ImportView,
  PersonView,
} from '../../rpc/history-api.ts'
import type { PageServices } from '../page/page-services.ts'
import type { Notices } from '../state/notices.ts'
import type { Router } from '../state/router.ts'
import { HistoryActions } from './history-actions.ts'
import { KeyActions } from './key-actions.ts'

export interface HistoryModelParts {
  readonly page: PageServices
  readonly router: Router
  readonly notices: Notices
  readonly announce: (text: string) => void
}

export type Touched = Extract<HistoryEvent, { type: 'touched' }>

export class HistoryModel {
  readonly actions: HistoryActions
  readonly keys: KeyActions
  /** The dialog that makes a community, and what it leads to. */
  readonly creating = signal<'keys' | 'import' | undefined>(undefined)
  /** The community that one asked to leave waits for a yes. */
  readonly leaving = signal<CommunityView | undefined>(undefined)
  /** The community that the address names, where it is followed. */
  readonly chosen: ReadonlySignal<CommunityView | undefined>
  /** True while this page reads an export: the file is this page’s to give. */
  readonly isImporting: ReadonlySignal<boolean>
  readonly #communities = signal<readonly CommunityView[] | undefined>(undefined)
  readonly #person = signal<PersonView | undefined>(undefined)
  readonly #imports = signal<readonly ImportView[]>([])
  readonly #failure = signal<ErrorView | undefined>(undefined)
  readonly #touchListeners = new Set<(event: Touched) => void>()
  #api: HistoryApi | undefined
  #unwatch: (() => void) | undefined

  constructor(parts: HistoryModelParts) {
    const actionParts = { ...parts, api: () => this.api(), communities: () => this.#communities.peek() ?? [] }
    this.actions = new HistoryActions(actionParts)
    this.keys = new KeyActions(actionParts)
    const chosenId = computed(() => parts.router.route.value.community?.id)
    this.chosen = computed(() => this.find(chosenId.value))
    this.isImporting = computed(() => this.actions.importingCount.value > 0)
  }

  /** Undefined until the node has told. */
  get communities(): ReadonlySignal<readonly CommunityView[] | undefined> {
    return this.#communities
  }

  get person(): ReadonlySignal<PersonView | undefined> {
    return this.#person
  }

  get imports(): ReadonlySignal<readonly ImportView[]> {
    return this.#imports
  }

  /** Why nothing is told of communities. */
  get failure(): ReadonlySignal<ErrorView | undefined> {
    return this.#failure
  }

  /** What reads and writes timelines. Errors: `ERR_NODE_STOPPED`. */
  api(): HistoryApi {
    if (this.#api === undefined) throw new QuireError('ERR_NODE_STOPPED', 'The node does not run.')
    return this.#api
  }

  /** Opens the dialog that makes a community; after it comes its key, or an import. */
  create(next: 'keys' | 'import' = 'keys'): void {
    this.creating.value = next
  }

  find(id: CommunityId | undefined): CommunityView | undefined {
    return id === undefined ? undefined : this.#communities.value?.find((community) => community.id === id)
  }

  /** Calls back whenever something in a timeline has changed, until the function that it returns is called. */
  onTouched(listener: (event: Touched) => void): () => void {
    this.#touchListeners.add(listener)
    return () => this.#touchListeners.delete(listener)
  }

  /** Follows what a node tells from now on; resolves when the first of it is here, or `failure` says why not. */
  async open(api: HistoryApi): Promise<void> {
    this.close()
    this.#api = api
    try {
      const unwatch = await api.watch((event) => {
        if (this.#api === api) this.#receive(event)
      })
      if (this.#api !== api) return unwatch()
      this.#unwatch = unwatch
    } catch (error) {
      if (this.#api === api) this.#failure.value = viewOfError(error)
    }
  }

  close(): void {
    this.#unwatch?.()
    this.#unwatch = undefined
    this.#api = undefined
    this.actions.leaves.stop()
    batch(() => {
      // What an earlier node told is no longer true of the next one.
      this.#communities.value = undefined
      this.#failure.value = undefined
    })
  }

  #receive(event: HistoryEvent): void {
    switch (event.type) {
      case 'communities':
        this.#communities.value = event.communities
        return
      case 'person':
        this.#person.value = event.person
        return
      case 'imports':
        this.#imports.value = event.imports
        return
      case 'touched':
        for (const listener of this.#touchListeners) listener(event)
        return
      case 'signal':
        // For programs; the states of communities say the same to people.
        return
    }
  }
}
