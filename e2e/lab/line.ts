/**
 * A long and lossy line in the middle of the internet, in user space, as not every kernel has netem.
 *
 *   subnet ──▶ router ── rule: what came from a subnet ──▶ TUN device ──▶ process: loss, delay ─┐
 *   subnet ◀── router ◀─────────────── routed as always ◀── TUN device ◀────────────────────────┘
 *
 * Every packet takes it, TCP and UDP, to keepers and to peers; the addresses stay as they are, so NATs see no difference.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Internet } from './internet.ts'

export interface LineInit {
  /** Half of the round trip. */
  readonly oneWayMs: number
  /** The part of the packets that is lost in each direction, 0 to 1. */
  readonly loss: number
  /** Where the compiled programs are. */
  readonly programs: string
}

const DEVICE = 'line'
const TABLE = 100

/**
 * Opens the device and becomes the program that is named behind it, which gets the number of the file descriptor: Node has
 * no `ioctl`, Perl is part of every Debian. Source of the numbers: linux/if_tun.h (TUNSETIFF; IFF_TUN | IFF_NO_PI).
 */
const OPEN_DEVICE = `
  use Fcntl;
  $^F = 9;
  sysopen(my $tun, "/dev/net/tun", O_RDWR) or die "/dev/net/tun: $!";
  my $request = pack("a16 s x22", "${DEVICE}", 0x1001);
  ioctl($tun, 0x400454ca, $request) or die "TUNSETIFF: $!";
  exec(@ARGV, fileno($tun)) or die "exec: $!";
`

export class Line {
  readonly #process: ChildProcess

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  static async lay(internet: Internet, { oneWayMs, loss, programs }: LineInit): Promise<Line> {
    const { router } = internet
    const program = [process.execPath, `${programs}/line-process.mjs`, String(oneWayMs), String(loss)]
    const child = router.spawn('perl', ['-e', OPEN_DEVICE, ...program], { stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve())
      child.once('error', reject)
      child.once('exit', (status) => reject(new Error(`The line ended with status ${status} before it was ready.`)))
    })
    // A packet comes back with the address of a sender who is elsewhere.
    await router.set({ 'net.ipv4.conf.all.rp_filter': 0, [`net.ipv4.conf.${DEVICE}.rp_filter`]: 0 })
    await router.configure([`link set ${DEVICE} up txqueuelen 10000`])
    for (const family of [4, 6] as const) {
      await router.configure([`route replace default dev ${DEVICE} table ${TABLE}`], { family })
    }
    await internet.forEachDevice(async (device) => {
      for (const family of [4, 6] as const) {
        await router.configure([`rule add iif ${device} lookup ${TABLE} priority ${TABLE}`], { family })
      }
    })
    return new Line(child)
  }

  /** Packets take the short way again. */
  async remove(): Promise<void> {
    const closed = once(this.#process, 'close')
    // With the device goes its route, and without a route the rules lead nowhere.
    this.#process.stdin?.end()
    await closed
  }
}
