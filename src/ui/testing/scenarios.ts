/** Every state of the page that is worth looking at, by name: the gallery shows them, the tests check each. */
import { QuireError } from '../../errors.ts'
import { datasetOf, fakeCid } from './fake-datasets.ts'
import {
  fetching,
  FULL_SPACE,
  KEEPER,
  KEEPER_DOWN,
  NEW_CID,
  type Scenario,
  stateWith,
  statusOf,
} from './scenario-parts.ts'
import { DEVICE_SCENARIOS } from './device-scenarios.ts'
import { HISTORY_SCENARIOS } from './history-scenarios.ts'
import { NETWORK_SCENARIOS } from './network-scenarios.ts'
import { TRANSFER_SCENARIOS } from './transfer-scenarios.ts'

const LONG =
  'the-complete-and-unabridged-correspondence-of-the-parish-council-with-the-water-board-1911-to-1998-second-revised-scan.pdf'

export const SCENARIOS = {
  empty: { state: stateWith({ datasets: [] }) },
  list: { state: stateWith() },
  'list-chosen': { state: stateWith(), hash: `#/${fakeCid(1)}` },
  'list-fetched-chosen': { state: stateWith(), hash: `#/${fakeCid(2)}` },
  'list-partial-chosen': { state: stateWith(), hash: `#/${fakeCid(3)}` },
  'long-list': {
    state: stateWith({
      datasets: Array.from({ length: 450 }, (_, at) =>
        datasetOf(fakeCid(100 + at), {
          name: `photo-${String(at).padStart(4, '0')}.jpg`,
          sizeBytes: 3_000_000 + at * 41_000,
        }),
      ),
    }),
  },
  names: {
    hash: `#/${fakeCid(21)}`,
    state: stateWith({
      datasets: [
        datasetOf(fakeCid(21), { name: LONG, sizeBytes: 88_120_000 }),
        datasetOf(fakeCid(22), { name: 'סיכום ישיבת ועד הקהילה לשנת אלפיים עשרים ושש.pdf' }),
        datasetOf(fakeCid(23), { name: 'أرشيف الرسائل القديمة للجمعية الثقافية.zip', haveCount: 3 }),
        datasetOf(fakeCid(24), { name: 'invoice\u202Efdp.exe' }),
        datasetOf(fakeCid(25), { name: undefined }),
        datasetOf(fakeCid(26), { name: '二〇二六年夏季社区会议记录与附件汇总最终版本.docx' }),
        datasetOf(fakeCid(27), { name: '👩‍🚀🚀.png' }),
      ],
    }),
  },
  ...TRANSFER_SCENARIOS,
  'refused-text': { state: stateWith(), typed: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi.' },
  'no-keeper': {
    state: stateWith({ status: statusOf({ state: 'no-keeper', error: KEEPER_DOWN }) }),
    hasStatusOpen: true,
  },
  'not-reachable': {
    state: stateWith({ status: statusOf({ state: 'not-reachable', reason: 'relay-full' }, [KEEPER]) }),
    hash: `#/${fakeCid(1)}`,
  },
  offline: { state: stateWith({ status: statusOf({ state: 'offline' }) }) },
  'status-open': { state: stateWith(), hasStatusOpen: true },
  'node-status-starting': { state: stateWith({ status: statusOf({ state: 'starting' }) }) },
  starting: { isStarting: true },
  unreachable: {
    failure: new QuireError(
      'ERR_NODE_UNREACHABLE',
      'Quire runs in another tab of this browser, which cannot be reached.',
    ),
  },
  insecure: {
    failure: new QuireError(
      'ERR_INSECURE_PAGE',
      'This page was opened without encryption, so the browser gives it neither storage nor the means to verify files.',
    ),
  },
  'no-storage': {
    failure: new QuireError('ERR_STORE_UNAVAILABLE', 'The storage could not be opened.', {
      cause: new Error(
        'InvalidStateError: A mutation operation was attempted on a database that did not allow mutations.',
      ),
    }),
  },
  'worker-died': { state: stateWith(), death: new QuireError('ERR_WORKER_DIED', 'The node stopped without a word.') },
  deleting: { state: stateWith(), hash: `#/${fakeCid(1)}`, isDeleting: true },
  shortcuts: { state: stateWith(), hasShortcuts: true },
  'opened-unknown': { state: { ...fetching({ state: 'cancelled' }), transfers: [] }, hash: `#/${NEW_CID}` },
  ...HISTORY_SCENARIOS,
  ...NETWORK_SCENARIOS,
  ...DEVICE_SCENARIOS,
  settings: { state: stateWith(), hash: '#/settings' },
  'settings-full': { state: stateWith({ space: FULL_SPACE }), hash: '#/settings' },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS

export const SCENARIO_NAMES = Object.keys(SCENARIOS).filter((name): name is ScenarioName => name in SCENARIOS)
