/** The words of the self-test: what each check looks at, what it found, what one can do. */
import type { CheckFinding, CheckName, CheckView, SelfTestView } from '../../rpc/connectivity.ts'
import { countOf } from './bytes.ts'

export interface CheckWords {
  readonly text: string
  /** What to do. */
  readonly advice?: string | undefined
}

/** What a check looks at. */
export function titleOfCheck(name: CheckName): string {
  return TITLES[name]
}

/** “ok”, “failed”: how a check ended, for those who see no sign. */
export function wordOfState(state: CheckView['state']): string {
  return STATE_WORDS[state]
}

/** What a check found, and what that means; undefined for one that has not ended. */
export function wordsOfCheck({ state, finding, counts = {}, reason }: CheckView): CheckWords | undefined {
  if (state === 'stopped') return { text: 'Not checked: the test was stopped.' }
  if (finding === undefined) return undefined
  if (finding === 'error') return { text: reason ?? 'The check itself failed.', advice: 'Run the test again.' }
  if (state === 'skipped' && finding in SKIPPED_WORDS) return { text: SKIPPED_WORDS[finding] ?? '' }
  return FINDINGS[finding](counts)
}

/** The whole test in a sentence: “6 of 8 checks are ok, 2 failed.” */
export function sentenceOfTest({ state, checks }: SelfTestView): string {
  const ended = (wanted: CheckView['state']): number => checks.filter((check) => check.state === wanted).length
  if (state === 'running') {
    const at = checks.findIndex((check) => check.state === 'running')
    return `Check ${Math.max(0, at) + 1} of ${checks.length} is running.`
  }
  if (ended('ok') === checks.length) return `All ${checks.length} checks are ok.`
  const others = [
    ...(ended('failed') > 0 ? [`${ended('failed')} failed`] : []),
    ...(ended('skipped') + ended('stopped') > 0 ? [`${ended('skipped') + ended('stopped')} not made`] : []),
  ]
  return `${ended('ok')} of ${checks.length} checks are ok, ${others.join(', ')}.`
}

type Counts = NonNullable<CheckView['counts']>

const STATE_WORDS: Record<CheckView['state'], string> = {
  waiting: 'not yet',
  running: 'running',
  ok: 'ok',
  failed: 'failed',
  skipped: 'not made',
  stopped: 'not made',
}

const TITLES: Record<CheckName, string> = {
  online: 'Network of this device',
  webrtc: 'WebRTC in this browser',
  keeper: 'Keepers',
  reservation: 'A place where others find this browser',
  udp: 'UDP to the outside',
  nat: 'Ports of the router',
  lookup: 'Lookups',
  peers: 'Ways to other devices',
}

/** Why a check was not made. */
const SKIPPED_WORDS: Partial<Record<CheckFinding, string>> = {
  offline: 'Not checked: this device is offline.',
  'no-keeper-answers': 'Not checked: it needs a keeper, and none answers.',
}

const FINDINGS: Record<Exclude<CheckFinding, 'error'>, (counts: Counts) => CheckWords> = {
  online: () => ({ text: 'The browser says that there is a network.' }),
  offline: () => ({
    text: 'The browser says that there is no network.',
    advice: 'Switch Wi-Fi or mobile data on, or plug the cable in. Everything goes on by itself then.',
  }),
  'webrtc-works': () => ({ text: 'A connection from this browser to another opens.' }),
  'no-webrtc': () => ({
    text: 'This browser has no WebRTC, or it is switched off.',
    advice:
      'Allow it for this site: some privacy settings and extensions switch it off. Until then files come from keepers.',
  }),
  'webrtc-broken': () => ({
    text: 'WebRTC is there, but a connection within this browser does not open.',
    advice: 'An extension, a privacy setting or a firewall on this device may block it.',
  }),
  'keeper-answers': ({ connected = 1 }) => ({ text: `Connected to ${countOf(connected, 'keeper')}.` }),
  'some-keepers-down': ({ connected = 1, known = 1 }) => ({
    text: `${connected} of ${known} keepers answer. That is enough; the others are tried again.`,
  }),
  'no-keeper-answers': ({ known = 1 }) => ({
    text: `None of ${countOf(known, 'keeper')} answers.`,
    advice: 'The keeper may be down, or a firewall or proxy stops WebSockets. Devices that are connected stay so.',
  }),
  'no-keeper-known': () => ({
    text: 'The server of this page names no keeper.',
    advice: 'Open Quire from a keeper, or tell whoever runs this server.',
  }),
  reserved: ({ relays = 1 }) => ({
    text: `${countOf(relays, 'keeper holds', 'keepers hold')} a place for this browser.`,
  }),
  'reachable-itself': () => ({ text: 'This device can be dialled at its own address.' }),
  'relay-full': () => ({
    text: 'The keeper has no free place.',
    advice: 'It is asked again by itself. Fetching works; others cannot fetch from here meanwhile.',
  }),
  'relay-refused': () => ({
    text: 'The keeper keeps no places for browsers.',
    advice: 'Fetching works; others cannot fetch from here. Open Quire from another keeper.',
  }),
  'no-relay': () => ({
    text: 'No keeper holds a place for this browser.',
    advice: 'Fetching works; others cannot fetch from here. Try again in a minute.',
  }),
  'udp-passes': () => ({ text: 'The keeper’s STUN server answers.' }),
  'udp-blocked': () => ({
    text: 'No STUN server answers, so no UDP leaves this network. With devices in other networks, files go through a keeper, slowly.',
    advice: 'Try another network, or without a VPN. Whoever runs this one can allow UDP to the outside.',
  }),
  'no-stun-server': () => ({ text: 'Not checked: there is no STUN server outside this device to ask.' }),
  'nat-none': () => ({ text: 'There is no address translation in between.' }),
  'nat-cone': () => ({ text: 'It keeps one port for all, so others can come in where this browser went out.' }),
  'nat-symmetric': () => ({
    text: 'It takes another port for each connection (a “symmetric” NAT). With devices behind a router like it, files go through a keeper, slowly.',
    advice: 'Another network may help, e.g. Wi-Fi in place of mobile data.',
  }),
  'nat-unknown': () => ({ text: 'Not checked: it cannot be told without STUN servers that answer.' }),
  'lookup-answered': () => ({ text: 'Those who were asked for a file answered.' }),
  'lookup-unanswered': () => ({
    text: 'Nobody answered when asked for a file.',
    advice: 'Links with addresses still work, a bare CID may not. Try again in a minute.',
  }),
  'peers-direct': ({ direct = 1, relayed = 0 }) => ({
    text: `${countOf(direct, 'device')} directly${relayed === 0 ? '' : `, ${relayed} through a keeper`}.`,
  }),
  'peers-relayed': ({ relayed = 1 }) => ({
    text: `${countOf(relayed, 'device')}, through a keeper alone: slowly.`,
    advice: 'The list of peers says why for each.',
  }),
  'no-peers': () => ({ text: 'Not checked: no other device is connected now.' }),
}
