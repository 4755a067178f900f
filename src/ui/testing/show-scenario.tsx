/** Draws one scenario into an element; the whole page, on a fake node and a window of its own. */
import { render } from 'preact'
import { QuireError } from '../../errors.ts'
import type { NodeApi } from '../../rpc/api.ts'
import { App } from '../app.tsx'
import type { PageServices, PageStorage } from '../page/page-services.ts'
import { AppModel } from '../state/app-model.ts'
import type { DeviceServices } from '../state/device-services.ts'
import type { NodeHost } from '../state/node-state.ts'
import { Router } from '../state/router.ts'
import { ThemeChoice } from '../state/theme.ts'
import { actOnDevice, fakeDevice, withRestored } from './fake-device.ts'
import { FakeNode } from './fake-node.ts'
import type { FakeOverrides } from './fake-node.ts'
import { SCENARIOS } from './scenarios.ts'
import type { Scenario } from './scenario-parts.ts'
import type { ScenarioName } from './scenarios.ts'

export interface Shown {
  readonly model: AppModel
  /** Absent where the scenario’s node does not come up. */
  readonly node: FakeNode | undefined
  /** What was copied, shared, downloaded: “copy …”. */
  readonly pageCalls: readonly string[]
  /** Takes the page away. */
  close(): void
}

export interface ShowInit extends FakeOverrides {
  readonly theme?: string | undefined
  readonly page?: Partial<PageServices>
  readonly device?: Partial<DeviceServices>
  /** A fragment that the page is opened with, as a person who follows a link does. */
  readonly openedHash?: string
}

export async function showScenario(root: HTMLElement, name: ScenarioName, init: ShowInit = {}): Promise<Shown> {
  const scenario: Scenario = SCENARIOS[name]
  // The entry is marked as the page’s own, so that a chosen dataset is shown and not fetched anew.
  const isOpened = init.openedHash !== undefined
  history.replaceState(isOpened ? null : { quire: 'chosen' }, '', init.openedHash ?? scenario.hash ?? '#/')
  // What a person waits for on their first visit, no test has to.
  if (location.hash.startsWith('#/c')) await import('../communities/communities-place.tsx')
  const pageCalls: string[] = []
  const node =
    scenario.state === undefined
      ? undefined
      : new FakeNode(scenario.state, withRestored(scenario, withQueue(scenario, init)))
  const dying = Promise.withResolvers<(error: unknown) => void>()
  const model = new AppModel({
    host: hostOf(scenario, node, dying.resolve),
    page: { ...fakePage(pageCalls, scenario), ...init.page },
    router: new Router(window),
    theme: new ThemeChoice(document.documentElement, () => themeStorage(init.theme)),
    device: { ...fakeDevice(scenario, pageCalls), ...init.device },
  })
  render(<App model={model} />, root)
  const started = model.start()
  if (scenario.isStarting !== true) await started
  if (scenario.death !== undefined) (await dying.promise)(scenario.death)
  if (scenario.rates !== undefined) showRates(model, node, scenario.rates)
  await act(scenario, model)
  await actOnDevice(scenario, model, node)
  const close = () => {
    render(null, root)
    model.stop()
  }
  return { model, node, pageCalls, close }
}

function hostOf(
  scenario: Scenario,
  node: NodeApi | undefined,
  onOpen: (onDeath: (error: unknown) => void) => void,
): NodeHost {
  return {
    open: async (onDeath) => {
      onOpen(onDeath)
      if (scenario.isStarting === true) return new Promise<NodeApi>(() => undefined)
      if (node !== undefined) return node
      throw scenario.failure ?? new QuireError('ERR_UNKNOWN', 'The scenario has neither a state nor a failure.')
    },
    close: () => undefined,
  }
}

/** A queue stays full while its first upload goes on for ever. */
function withQueue(scenario: Scenario, overrides: FakeOverrides): FakeOverrides {
  return scenario.queued === undefined ? overrides : { upload: () => new Promise(() => undefined), ...overrides }
}

async function act(scenario: Scenario, model: AppModel): Promise<void> {
  const names = scenario.queued === undefined ? [] : ['first', ...scenario.queued]
  if (names.length > 0) model.files.add(names.map((name) => ({ file: new File(['content'], name), name })))
  if (scenario.typed !== undefined) await model.files.fetch(scenario.typed)
  if (scenario.followed !== undefined) await model.history.actions.follow(scenario.followed)
  if (scenario.creating !== undefined) model.history.create(scenario.creating)
  if (scenario.isLeaving === true) model.history.leaving.value = model.history.chosen.value
  if (scenario.isDeleting === true) model.deleting.value = model.chosenDataset.value
  if (scenario.hasShortcuts === true) model.areShortcutsShown.value = true
  const transfer = model.snapshot.value.transfers[0]
  if (scenario.isStopping === true && transfer !== undefined) {
    const { name, doneBytes: storedBytes } = transfer
    model.discarding.value = { name, storedBytes, isRunning: true, confirm: () => undefined }
  }
  if (scenario.hasStatusOpen !== true) return
  // The popover exists once the page was drawn with the running node.
  await new Promise(requestAnimationFrame)
  document.querySelector<HTMLElement>('.status-button')?.click()
}

/** As if the transfer had been watched for that long. */
function showRates(model: AppModel, node: FakeNode | undefined, rates: readonly number[]): void {
  const transfer = model.snapshot.value.transfers[0]
  if (transfer === undefined) return
  model.rates.clear()
  const nowMs = Date.now()
  for (const [at, bytesPerSecond] of rates.entries()) {
    model.rates.note({ id: transfer.id, bytesPerSecond }, nowMs - 1000 * (rates.length - at))
  }
  node?.showTransfer({ ...transfer })
}

function fakePage(calls: string[], { notAdded = [], sample, device }: Scenario): PageServices {
  return {
    baseUrl: 'https://quire.example.org/',
    copyText: async (text) => void calls.push(`copy ${text}`),
    chooseSaveTarget: undefined,
    download: (_file, fileName, onReleasable) => {
      calls.push(`download ${fileName}`)
      onReleasable()
    },
    isPersistent: async () => device?.isPersistent ?? false,
    askForPersistence: async () => false,
    isPointedAt: () => false,
    later: (act, afterMs) => {
      const timer = setTimeout(act, afterMs)
      return () => clearTimeout(timer)
    },
    reload: () => void calls.push('reload'),
    readSample: async () => sample,
    storage: () => notedStorage(notAdded),
  }
}

/** What the page before this one noted. */
function notedStorage(names: readonly string[]): PageStorage {
  const notes = JSON.stringify(names.map((name) => ({ name, sizeBytes: 7, lastModifiedMs: 1 })))
  return { getItem: () => notes, setItem: () => undefined }
}

function themeStorage(theme: string | undefined): PageStorage {
  return { getItem: () => theme ?? null, setItem: () => undefined }
}
