/**
 * The state of a widget:
 *
 *   address, host’s `show` ──▶ view      HostRights ──▶ what may be done      AppModel ──▶ the node, as in Quire’s own page
 *   views ──▶ tell() ──▶ the host page
 */
import { computed, signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { ErrorView, ManifestView, NodeApi } from '../rpc/api.ts'
import { viewOfError } from '../rpc/errors.ts'
import type { AppModel } from '../ui/state/app-model.ts'
import type { HostLink } from './host-link.ts'
import type { HostRights } from './host-rights.ts'
import type { Decision, HostMessage, WidgetMessage, WidgetState, WidgetStorage, WidgetView } from './protocol.ts'
import { appHashOf } from './view.ts'

export interface WidgetParts {
  readonly app: AppModel
  readonly rights: HostRights
  readonly storage: ReadonlySignal<WidgetStorage>
  /** Undefined for an iframe without a host that speaks to it. */
  readonly link: HostLink | undefined
  readonly view: WidgetView | undefined
  /** Of Quire’s own page. */
  readonly appUrl: string
  /** An address at which a file plays while it comes; undefined where there is no service worker. */
  readonly streamUrl: (manifest: ManifestView) => Promise<string | undefined>
}

/** A file that the host page handed over. */
export interface HandedFile {
  readonly file: Blob
  readonly name: string | undefined
}

export class WidgetModel {
  readonly app: AppModel
  readonly rights: HostRights
  readonly storage: ReadonlySignal<WidgetStorage>
  readonly appUrl: string
  readonly streamUrl: WidgetParts['streamUrl']
  /** The node, once it runs. */
  readonly api: ReadonlySignal<NodeApi | undefined>
  readonly isAboutShown = signal(false)
  readonly handed = signal<readonly HandedFile[]>([])
  /** Whether the person may write where the host page shows a community. */
  readonly publishing: ReadonlySignal<Decision>
  readonly #view
  /** Where the person went from what is shown. */
  readonly #place = signal<WidgetView | undefined>(undefined)
  readonly #link: HostLink | undefined
  #told: WidgetState | undefined

  constructor({ app, rights, storage, link, view, appUrl, streamUrl }: WidgetParts) {
    this.app = app
    this.rights = rights
    this.storage = storage
    this.appUrl = appUrl
    this.streamUrl = streamUrl
    this.#link = link
    this.#view = signal(view)
    this.api = computed(() => {
      const now = app.nodeState.value
      return now.state === 'running' ? now.api : undefined
    })
    this.publishing = computed(() => rights.rights.value.publish)
    link?.onMessage((message) => this.#receive(message))
  }

  get view(): ReadonlySignal<WidgetView | undefined> {
    return this.#view
  }

  /** Where the same is shown in Quire’s own page. */
  get openUrl(): string {
    const view = this.#place.value ?? this.#view.value
    return this.appUrl + (view === undefined ? '#/' : appHashOf(view))
  }

  /** Says something to the host page, where there is one. */
  tell(message: WidgetMessage): void {
    this.#link?.send(message)
  }

  /** Says how the widget stands, each time it changes. */
  tellState(state: WidgetState['state'], error?: ErrorView): void {
    if (state !== 'failed') return this.#tellChange({ state })
    const { code, message, advice } = error ?? viewOfError(undefined)
    this.#tellChange({ state, error: { code, message, advice } })
  }

  /** Says that the person is asked; what is returned says that it stands as before, unless that has changed. */
  tellAsking(): () => void {
    const before = this.#told ?? { state: 'starting' }
    this.tellState('asking')
    return () => {
      if (this.#told?.state === 'asking') this.#tellChange(before)
    }
  }

  /** The person went somewhere else within what is shown. */
  move(view: WidgetView): void {
    this.#place.value = view
    this.tell({ type: 'moved', view })
  }

  takeHanded(): readonly HandedFile[] {
    const files = this.handed.peek()
    this.handed.value = []
    return files
  }

  #tellChange(state: WidgetState): void {
    if (this.#told !== undefined && codeOf(state) === codeOf(this.#told)) return
    this.#told = state
    this.tell({ type: 'state', state })
  }

  #receive(message: HostMessage): void {
    if (message.type === 'show') {
      this.#told = undefined
      this.#place.value = undefined
      this.#view.value = message.view
    } else if (message.type === 'appearance') {
      if (message.theme !== undefined) this.app.theme.choose(message.theme)
    } else if (this.handed.peek().length < MAX_HANDED) {
      this.handed.value = [...this.handed.peek(), { file: message.file, name: message.name }]
    }
  }
}

/** Files of a host page that wait for the person’s answer. */
const MAX_HANDED = 32

function codeOf(state: WidgetState): string {
  return state.state === 'failed' ? state.error.code : state.state
}
