/** Whether network namespaces with packet filters can be made here; installs what is missing where that is permitted. */
import { existsSync } from 'node:fs'
import { run } from './run.mjs'

/** Debian’s package of each program that every laboratory is made of. */
const PROGRAMS = { ip: 'iproute2', nft: 'nftables', perl: 'perl-base' }
const PROBE = `quirelab-${process.pid}-probe`

/**
 * Resolves with undefined where all is there, else with a sentence that says what is not.
 *
 * `further`: programs beyond its own that must be there, with the package of each.
 */
export async function whyNoNamespaces(further = {}) {
  const programs = { ...PROGRAMS, ...further }
  if (process.platform !== 'linux') return 'Network namespaces are Linux’s.'
  if (process.getuid?.() !== 0) return 'Network namespaces need root.'
  if (!(await areHere(programs))) await install(programs)
  if (!(await areHere(programs))) return `${Object.keys(programs).join(', ')} are needed, and could not be installed.`
  if (!existsSync('/dev/net/tun')) return 'There is no /dev/net/tun.'
  return tryOne()
}

async function areHere(programs) {
  const found = await run('sh', ['-c', `command -v ${Object.keys(programs).join(' && command -v ')}`], { quiet: true })
  return found.code === 0
}

async function install(programs) {
  if (!existsSync('/usr/bin/apt-get')) return
  process.stdout.write(`Installing ${Object.values(programs).join(', ')}…\n`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], { quiet: true, env })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...Object.values(programs)], {
    quiet: true,
    env,
  })
}

/** A container’s root may be refused what root is needed for. */
async function tryOne() {
  const made = await run('ip', ['netns', 'add', PROBE], { quiet: true })
  if (made.code !== 0) return `No network namespace can be made: ${made.output.trim()}`
  const rules = 'table inet probe { chain out { type nat hook postrouting priority srcnat; masquerade; }; }'
  const filtered = await run('ip', ['netns', 'exec', PROBE, 'nft', rules], { quiet: true })
  await run('ip', ['netns', 'delete', PROBE], { quiet: true })
  return filtered.code === 0 ? undefined : `nftables do not work here: ${filtered.output.trim()}`
}
